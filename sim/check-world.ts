import type { StoredRecord } from '../contracts/views.ts';
import type { World } from './world.ts';

const RECORDS_MAX = 100_000;

/** Everything that must be true once the trouble is over; one sentence for each thing that is not. */
export async function checkWorld(world: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const node of world.nodes) {
    wrong.push(...node.wrong.map((what) => `${node.name}: ${what}`));
    wrong.push(...(await checkConverged(world, node)).map((what) => `${node.name}: ${what}`));
    wrong.push(...(await checkRecords(world, node)).map((what) => `${node.name}: ${what}`));
  }
  return wrong;
}

/** Every node runs exactly what the newest manifest asks for, and has nothing else. */
async function checkConverged(world: World, node: World['nodes'][number]): Promise<string[]> {
  if (node.agent === null) return ['its agent does not run'];
  const desired = await world.desired(node.name);
  if (desired === null) return ['the control plane has no manifest for it'];
  const report = await node.agent.observed();
  const wrong: string[] = [];
  if (report.manifestNumber !== desired.number)
    wrong.push(`has manifest ${report.manifestNumber}, not ${desired.number}`);
  if (!report.converged) wrong.push(`is not converged: ${JSON.stringify(report.stuck)}`);
  const runs = report.workloads.map((w) => `${w.id} ${w.digest} ${w.phase}`).sort();
  const should = desired.workloads.map((w) => `${w.id} ${w.digest} running`).sort();
  if (runs.join('\n') !== should.join('\n')) wrong.push(`runs ${runs.join(', ')} instead of ${should.join(', ')}`);
  if (desired.workloads.length === 0) wrong.push('has nothing to run: the simulation would show nothing');
  return wrong;
}

/** No acknowledged record is lost or doubled, and the stream is complete by its own numbers. */
async function checkRecords(world: World, node: World['nodes'][number]): Promise<string[]> {
  const wrong: string[] = [];
  const stored = await world.database.records.read({
    node: node.name,
    stream: 'samples',
    after: 0,
    limit: RECORDS_MAX,
  });
  const seen = new Map<string, number>();
  for (const record of stored) {
    const key = contentOf(record);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  for (const key of await pending(world, node)) seen.set(key, (seen.get(key) ?? 0) + 1);
  for (const [key, times] of seen) if (times > 1) wrong.push(`has ${key} ${times} times, stored and pending`);
  for (const { flow, number } of node.acknowledged) {
    if (!seen.has(`${flow} ${number}`)) wrong.push(`lost the acknowledged record ${flow} ${number}`);
  }
  const inJournal = node.journal?.observe().find((stream) => stream.stream === 'samples');
  if (inJournal === undefined) return [...wrong, 'published nothing: the simulation would show nothing'];
  const positions = await world.database.records.positions(node.name);
  for (const stream of node.journal?.observe() ?? []) {
    const position = positions.find((one) => one.stream === stream.stream && one.incarnation === stream.incarnation);
    if (stream.pending > UNSENT_MAX) wrong.push(`${stream.pending} records of ${stream.stream} were not uploaded`);
    if (stream.dropped > 0) wrong.push(`${stream.stream} gave up ${stream.dropped} records without need`);
    const mayRefuse = world.scenario.happenings.some((what) => what.does === 'fill-disk');
    if (stream.refused > 0 && !mayRefuse) wrong.push(`${stream.stream} refused ${stream.refused} records without need`);
    if (stream.acknowledged > (position?.upTo ?? 0)) {
      wrong.push(`${stream.stream} was acknowledged up to ${stream.acknowledged}, stored up to ${position?.upTo}`);
    }
  }
  return wrong;
}

/** What the node has and the control plane has not. */
async function pending(world: World, node: World['nodes'][number]): Promise<string[]> {
  const stream = node.journal?.observe().find((one) => one.stream === 'samples');
  if (stream === undefined) return [];
  const positions = await world.database.records.positions(node.name);
  const stored = positions.find((one) => one.stream === 'samples' && one.incarnation === stream.incarnation)?.upTo ?? 0;
  const part = await node.journal!.read('samples', stored, { maxRecords: RECORDS_MAX, maxBytes: 2 ** 30 });
  return part.records.map(contentOf);
}

/** Records published in the last moments may still be on their way. */
const UNSENT_MAX = 5;

function contentOf(record: Pick<StoredRecord, 'body'>): string {
  return record.body.kind === 'sample' ? `${record.body.flow} ${record.body.values['number']}` : record.body.kind;
}
