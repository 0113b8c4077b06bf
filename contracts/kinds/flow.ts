import { z } from 'zod';
import { Duration, Name, Scalar, Severity, TagPath } from '../names.ts';
import { StreamPolicy } from '../records.ts';

/** Name of an input, a step or an output: usable in a CEL expression (no hyphens). */
export const Identifier = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9_]{0,62}$/,
    'use letters, digits and _, beginning with a lower-case letter, for example sun_now',
  );

/** A series: an input (`ghi`), a step that gives one value (`ghi_hour`), or one output of a step (`sun_now.elevation`). */
export const SeriesRef = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]{0,62}(\.[a-z][A-Za-z0-9_]{0,62})?$/, 'name an input, a step, or step.output');

/** A model as flows name it: by an alias that people move, or pinned to a version. */
export const ModelRef = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?|:[1-9]\d*)$/,
    'use name@alias or name:version',
  );

/** Text with at least one variable, such as `${site.latitude}`; compile puts the value in its place. */
export const WithVariable = z
  .string()
  .regex(/\$\{[^}]+\}/, `use the value itself or a variable such as \${site.latitude}`);

/** A CEL expression over the flow's series; numbers are doubles, `time` is the source time in ms since 1970. */
export const Expression = z.string().min(1).max(2000);

const SignedDuration = z.string().regex(/^[+-]?\d+(\.\d+)?(ms|s|m|h|d)$/, 'write an offset as -30m, 0s or +1h');

/** Streams that every flow has without declaring them; `streams` may give them another policy. */
export const builtInStreams = ['decisions', 'alarms', 'scores'] as const;

/** Limits of one flow. */
export const flowLimits = { inputs: 1000, steps: 500, named: 100, features: 10_000, window: 10_000 } as const;

/** Of a value that fits neither form, says what is wrong with it in the form that people mostly mean. */
function firstMessage(issue: { errors?: readonly (readonly { message?: string }[])[] }): string | undefined {
  return issue.errors?.[0]?.[0]?.message;
}

function flowSchemas<const R extends boolean>(resolved: R) {
  type Leaf<T> = R extends true ? T : T | string;
  const leaf = <T>(schema: z.ZodType<T>) =>
    (resolved ? schema : z.union([schema, WithVariable], { error: firstMessage })) as z.ZodType<Leaf<T>, Leaf<T>>;
  const leafOr = <T extends NonNullable<unknown>>(schema: z.ZodType<T>, value: T) =>
    leaf(schema).default(value as never) as z.ZodDefault<z.ZodType<Leaf<T>, Leaf<T>>>;
  const named = <T extends z.ZodType>(value: T) =>
    z.record(Identifier, value).refine((r) => Object.keys(r).length > 0 && Object.keys(r).length <= flowLimits.named, {
      message: `name at least one and at most ${flowLimits.named}`,
    });
  const stream = (fallback: (typeof builtInStreams)[number]) =>
    Name.default(fallback).describe('The stream that gets the records');

  const input = z.strictObject({
    tag: leaf(TagPath).describe('The tag to read, `equipment/tag`'),
    type: z.enum(['number', 'boolean', 'string']).default('number').describe('What the tag must give'),
    unit: leaf(z.string().max(20))
      .optional()
      .describe('The unit that this flow expects (UCUM); a convertible one is converted, any other refused'),
    accept: z
      .enum(['good', 'uncertain'])
      .default('uncertain')
      .describe('The worst quality that still counts as a value; anything worse is bad in this flow'),
  });

  const resample = z.strictObject({
    of: SeriesRef.describe('The series to resample'),
    every: leaf(Duration).describe('Length of an interval (t − every, t]; its value is stamped at its end t'),
    phase: leafOr(SignedDuration, '0s').describe(
      'Shifts the ends of the intervals: 15m gives hours that end at a quarter past (UTC)',
    ),
    aggregate: z
      .enum(['mean', 'last', 'min', 'max', 'sum', 'count'])
      .default('mean')
      .describe('What becomes of the good samples of an interval'),
    minimumGood: leafOr(z.number().min(0).max(1), 0.5).describe(
      'Share of the received samples that must be good, 0 to 1; below it the interval is bad',
    ),
    minimumSamples: leafOr(z.number().int().min(1), 1).describe(
      'Good samples that an interval needs; with fewer it is bad',
    ),
    lateness: leaf(Duration)
      .optional()
      .describe(
        'How far the other inputs may be ahead before an interval is closed without waiting for this one; `every` when left out',
      ),
  });

  const window = z
    .strictObject({
      of: z
        .union([SeriesRef, named(SeriesRef)], { error: firstMessage })
        .describe('One series (the step itself is the vector), or several by name (step.name)'),
      last: leaf(z.number().int().min(1).max(flowLimits.window)).optional().describe('The last N values, oldest first'),
      lags: z
        .array(z.number().int().min(0).max(flowLimits.window))
        .min(1)
        .max(flowLimits.window)
        .optional()
        .describe('These values in this order: 0 is the newest, 1 the one before it'),
      maxGap: leaf(Duration)
        .optional()
        .describe('For a series without a fixed interval: a longer pause between two values empties the window'),
    })
    .refine((w) => (w.last === undefined) !== (w.lags === undefined), { message: 'say either last or lags' });

  const sun = z.strictObject({
    at: SeriesRef.describe('The series whose source times are used'),
    latitude: leaf(z.number().min(-90).max(90)).describe('Degrees north, WGS 84'),
    longitude: leaf(z.number().min(-180).max(180)).describe('Degrees east, WGS 84'),
    offset: leafOr(SignedDuration, '0s').describe(
      'Added to the source time first: -30m is the middle of the hour that ends there',
    ),
  });

  const compute = named(Expression.describe('CEL; the output is step.name'));

  const join = z.strictObject({
    series: named(SeriesRef).describe('The series by the name that they get: step.name'),
    at: Identifier.optional().describe('The name whose source times the results carry; the first when left out'),
    tolerance: leaf(Duration).describe(
      'The nearest value of each other series, at most this far away; otherwise the result is bad',
    ),
  });

  const model = z.strictObject({
    use: leaf(ModelRef).describe('`name@alias`, or `name:version` to pin it'),
    inputs: z
      .record(z.string().min(1), z.array(SeriesRef).min(1).max(flowLimits.features))
      .describe('Tensor name → the features in their order; a vector counts as all of its values'),
    outputs: named(z.string().min(1)).describe(
      'Name here (step.name) → tensor name in the model; one value of it as tensor[2]',
    ),
  });

  const when = z
    .strictObject({
      if: Expression.optional().describe('CEL that gives true or false'),
      value: SeriesRef.optional().describe('The number to compare; with above or below'),
      above: leaf(z.number()).optional().describe('True when the value is greater'),
      below: leaf(z.number()).optional().describe('True when the value is less'),
      hysteresis: leafOr(z.number().nonnegative(), 0).describe(
        'Once true, the value must come back past the threshold by this much',
      ),
      for: leafOr(Duration, '0s').describe(
        'Hold time in source time: it must have been true this long without a break',
      ),
      stream: stream('decisions'),
    })
    .refine((w) => (w.if === undefined) !== (w.value === undefined), {
      message: 'say either if, or value with above or below',
    })
    .refine(
      (w) =>
        w.value === undefined
          ? w.above === undefined && w.below === undefined
          : (w.above === undefined) !== (w.below === undefined),
      {
        message: 'value needs exactly one of above and below; if takes neither',
      },
    );

  const write = z
    .strictObject({
      tag: leaf(TagPath).describe('The writable tag, `equipment/tag`'),
      value: z
        .union([Expression, z.number(), z.boolean()])
        .describe('What to write: a constant, or CEL over the newest values'),
      when: SeriesRef.optional().describe('The condition that triggers it; without it the series in the value do'),
      on: z
        .enum(['rising', 'falling', 'edge', 'change', 'every'])
        .default('change')
        .describe(
          'When the condition becomes true, false, either; when the value differs from the last one written; or every time',
        ),
      min: leaf(z.number()).optional().describe('Least value that may be written'),
      max: leaf(z.number()).optional().describe('Greatest value that may be written'),
      outside: z.enum(['refuse', 'clamp']).default('refuse').describe('What happens to a value outside min and max'),
      minimumInterval: leafOr(Duration, '0s').describe(
        'Least source time between two writes; the newest value waits for it',
      ),
      dryRun: leafOr(z.boolean(), false).describe('Record what would be written, write nothing'),
      stream: stream('decisions'),
    })
    .refine((w) => w.when !== undefined || w.on === 'change' || w.on === 'every', {
      message: 'rising, falling and edge need `when`',
    });

  const alarm = z.strictObject({
    when: SeriesRef.describe('The condition: raised while it is true'),
    severity: Severity.default('warning'),
    message: z
      .string()
      .min(1)
      .max(500)
      .describe('Sentence for people; {series} puts a value in, {series:1} with one decimal'),
    tag: leaf(TagPath).optional().describe('The tag that it is about'),
    stream: stream('alarms'),
  });

  const publish = z.strictObject({
    stream: Name.describe('A stream of `streams`, or one that every flow has'),
    values: named(Expression.describe('A series or a CEL expression')),
    forTime: leaf(SignedDuration)
      .optional()
      .describe('Makes it a prediction about the source time plus this; without it the values are samples'),
  });

  const score = z.strictObject({
    prediction: SeriesRef.describe('The predicted number'),
    truth: SeriesRef.describe('The series that brings the truth'),
    delay: leaf(Duration).describe('The truth of a prediction made at t has the source time t + delay'),
    tolerance: leafOr(Duration, '0s').describe('How far from t + delay the truth may be'),
    references: z
      .record(Identifier, Expression)
      .default({})
      .describe('Reference forecasts for the same time, made at t: a series or CEL'),
    count: Expression.optional().describe(
      'CEL at t: only when true does the pair enter error and skill; always when left out',
    ),
    stream: stream('scores'),
  });

  const step = z
    .strictObject({
      id: Identifier.describe('Unique in the flow, also among the inputs'),
      about: z.string().max(300).optional().describe('One sentence for people'),
      resample: resample.optional().describe('Bring a series to a fixed interval'),
      window: window.optional().describe('The last values of a series as a vector'),
      sun: sun.optional().describe("The sun's position and the clear-sky irradiance"),
      compute: compute.optional().describe('Named CEL expressions'),
      join: join.optional().describe('Align several series by source time'),
      model: model.optional().describe('Run a model'),
      when: when.optional().describe('Decide: a condition with hysteresis and hold time'),
      write: write.optional().describe('Write a tag'),
      alarm: alarm.optional().describe('Raise an alarm while a condition is true'),
      publish: publish.optional().describe('Publish values to a stream'),
      score: score.optional().describe('Measure predictions against the truth when it arrives'),
    })
    .refine((s) => stepKinds.filter((kind) => s[kind] !== undefined).length === 1, {
      message: `a step has its id and exactly one of: ${stepKinds.join(', ')}`,
    });

  return z.strictObject({
    about: z.string().max(2000).optional().describe('What this flow is for'),
    inputs: z
      .record(Identifier, input)
      .refine((r) => Object.keys(r).length > 0 && Object.keys(r).length <= flowLimits.inputs, {
        message: 'a flow has at least one input',
      })
      .describe('The tags that it reads, by the name that the steps use'),
    steps: z.array(step).min(1).max(flowLimits.steps),
    streams: z
      .record(Name, StreamPolicy)
      .default({})
      .describe('The streams that it publishes to, and how much of each a node keeps'),
    isolation: z
      .enum(['shared', 'dedicated'])
      .default('shared')
      .describe('In the shared runner process, or in one of its own'),
  });
}

/** The kinds of steps, each the key of a step's settings. */
export const stepKinds = [
  'resample',
  'window',
  'sun',
  'compute',
  'join',
  'model',
  'when',
  'write',
  'alarm',
  'publish',
  'score',
] as const;
export type StepKind = (typeof stepKinds)[number];

/** A flow as people write it: any scalar may be text with variables. */
export const FlowSpec = flowSchemas(false);
export type FlowSpec = z.infer<typeof FlowSpec>;

/** The same flow with every variable resolved: numbers are numbers. What a node runs. */
export const ResolvedFlowSpec = flowSchemas(true);
export type ResolvedFlowSpec = z.infer<typeof ResolvedFlowSpec>;

export type FlowStep = ResolvedFlowSpec['steps'][number];
/** The settings of one kind of step, after resolution. */
export type StepSpec<K extends StepKind> = NonNullable<FlowStep[K]>;

/** Which kind a step is. */
export function stepKindOf(step: { readonly [K in StepKind]?: unknown }): StepKind {
  return stepKinds.find((kind) => step[kind] !== undefined) as StepKind;
}

/** The value of an input or an output of a step as it is shown: numbers, flags, text, or a vector. */
export const SeriesValue = z.union([Scalar, z.array(z.number())]);
export type SeriesValue = z.infer<typeof SeriesValue>;
