import type { Generated } from 'kysely';
import type { Kind } from '../../../contracts/resource.ts';

/** Columns as SQLite keeps them; text that holds JSON is named so in `migrations.ts`. */
export interface Tables {
  resources: {
    kind: Kind;
    name: string;
    generation: number;
    created_at: number;
    updated_at: number;
    labels: string;
    spec: string;
  };
  changes: {
    number: number;
    at: number;
    actor: string;
    action: 'created' | 'updated' | 'deleted';
    kind: Kind;
    name: string;
    before: string | null;
    after: string | null;
    because: string | null;
    previous_hash: string;
    hash: string;
  };
  documents: { collection: string; key: string; body: string };
  streams: {
    id: Generated<number>;
    node: string;
    stream: string;
    incarnation: string;
    stored: number;
    up_to: number;
    dropped: number;
    duplicates: number;
    first_at: number | null;
    last_at: number | null;
  };
  records: {
    stream_id: number;
    number: number;
    at: number;
    stored_at: number;
    kind: string;
    source_time: number | null;
    flow: string | null;
    step: string | null;
    listed: number | null;
    body: string;
  };
}
