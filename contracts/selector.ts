import { z } from 'zod';
import { Labels, Name } from './names.ts';

/** Which nodes: all conditions must hold; an empty selector is refused, `{all: true}` says everything. */
export const Selector = z
  .strictObject({
    labels: Labels.optional().describe("Every label must be equal; a node has its site's labels too"),
    sites: z.array(Name).min(1).optional(),
    nodes: z.array(Name).min(1).optional(),
    all: z.literal(true).optional(),
  })
  .refine((s) => s.all !== undefined || s.labels !== undefined || s.sites !== undefined || s.nodes !== undefined, {
    message: 'say which nodes: labels, sites, nodes, or all: true',
  });
export type Selector = z.infer<typeof Selector>;
