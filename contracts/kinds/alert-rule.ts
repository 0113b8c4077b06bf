import { z } from 'zod';
import { Duration, Severity } from '../names.ts';
import { Selector } from '../selector.ts';

/** When people should be told. Evaluated in the control plane over what is observed. */
export const AlertRuleSpec = z.strictObject({
  target: Selector,
  when: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('node-unseen'), for: Duration.default('2m') }),
    z.strictObject({ is: z.literal('workload-unhealthy'), for: Duration.default('1m') }),
    z.strictObject({ is: z.literal('connector-bad'), for: Duration.default('1m') }),
    z.strictObject({ is: z.literal('stream-fill'), above: z.number().min(0).max(1).default(0.8) }),
    z.strictObject({ is: z.literal('records-dropped') }),
    z.strictObject({ is: z.literal('manifest-refused') }),
  ]),
  severity: Severity.default('warning'),
  message: z.string().max(500).optional(),
});
export type AlertRuleSpec = z.infer<typeof AlertRuleSpec>;
