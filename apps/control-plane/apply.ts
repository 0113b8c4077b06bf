import type { Change } from '../../contracts/changes.ts';
import { EdgeError } from '../../contracts/errors.ts';
import { kinds } from '../../contracts/resource.ts';
import type { Centre } from './centre.ts';
import { problemsError } from './parse-resources.ts';
import { type ChangeRequest, planChange } from './plan.ts';

export interface ApplyRequest extends ChangeRequest {
  /** Of the plan that was looked at. */
  readonly digest?: string | undefined;
  readonly because?: string | undefined;
}

/** Makes a change, all of it or none. The log entries; none when everything is there already. */
export async function applyChange(centre: Centre, request: ApplyRequest, actor: string): Promise<Change[]> {
  const { plan, writes, blocking } = await planChange(centre, request);
  if (blocking.length > 0) throw problemsError(blocking);
  if (request.digest !== undefined && request.digest !== plan.digest) {
    throw new EdgeError('conflict', 'Something changed since the plan was made: it would now do something else.', {
      hint: 'Look at the new plan, then apply it.',
    });
  }
  if (writes.length === 0) return [];
  return centre.commit({ actor, resources: writes, because: request.because });
}

/** Puts back what one change changed, if nothing changed it since. */
export async function undoChange(centre: Centre, number: number, actor: string): Promise<Change[]> {
  const [change] = await centre.ports.store.changes({ after: number - 1, limit: 1 });
  if (change === undefined || change.number !== number) {
    throw new EdgeError('not-found', `There is no change ${number}.`, { hint: 'See them with `orla get changes`.' });
  }
  const { kind, name, before, after } = change;
  const where = `${kind}/${name}`;
  if (kinds[kind].writer === 'system') {
    throw new EdgeError('not-supported', `A change of a ${kind} cannot be undone.`, { where, hint: 'Make a new one.' });
  }
  const now = centre.mirror.resources[kind].get(name)?.generation ?? 0;
  if (now !== (after?.generation ?? 0)) {
    throw new EdgeError('conflict', `${kind} ${name} was changed again after change ${number}.`, {
      where,
      hint: 'Undo the later change first, or apply what it should be.',
    });
  }
  const request: ChangeRequest =
    before === null
      ? { resources: [], delete: [{ kind, name }] }
      : { resources: [{ kind, name, labels: before.labels, spec: before.spec }], delete: [], undo: true };
  return applyChange(centre, { ...request, because: `undo of change ${number}` }, actor);
}
