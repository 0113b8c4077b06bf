import type { BodyOf } from '../../contracts/api.ts';
import type { Plan } from '../../contracts/changes.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { Answered, ApiClient } from './api-client.ts';
import { placeProblems, type WrittenResource } from './read-resources.ts';

/** What to make or change, and what to delete. */
export interface WantedChange {
  readonly written: readonly WrittenResource[];
  readonly remove: readonly { kind: NonNullable<BodyOf<'plan'>['delete']>[number]['kind']; name: string }[];
}

/** Asks what a change would do. A change that cannot be is EdgeError `invalid-resource`, with places in the files. */
export async function planChange(api: ApiClient, wanted: WantedChange): Promise<Answered<'plan'>> {
  const answered = await placed(wanted, () => api.ask('plan', { body: bodyOf(wanted) }));
  const { problems } = answered.answer;
  if (problems.length > 0) {
    const found = placeProblems(problems, wanted.written);
    throw new EdgeError('invalid-resource', `${found[0]?.message}`, {
      where: found[0]?.where,
      hint: found.length === 1 ? found[0]?.hint : undefined,
      problems: found.length === 1 ? [] : found,
    });
  }
  return answered;
}

/** Makes the change that was looked at: all of it or nothing; EdgeError `conflict` when something changed since the plan. */
export function applyChange(
  api: ApiClient,
  wanted: WantedChange,
  options: { plan: Pick<Plan, 'digest'>; because?: string | undefined },
): Promise<Answered<'apply'>> {
  const because = options.because === undefined ? {} : { because: options.because };
  return placed(wanted, () =>
    api.ask('apply', { body: { ...bodyOf(wanted), digest: options.plan.digest, ...because } }),
  );
}

function bodyOf(wanted: WantedChange): BodyOf<'plan'> {
  return { resources: wanted.written.map(({ resource }) => resource), delete: [...wanted.remove] };
}

async function placed<T>(wanted: WantedChange, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    const [first] = placeProblems([{ where: error.where, message: error.message }], wanted.written);
    const problems = placeProblems(error.problems, wanted.written);
    throw new EdgeError(error.code, error.message, { where: first?.where, hint: error.hint, problems, cause: error });
  }
}
