import { z } from 'zod';
import { Name, Sha256 } from '../names.ts';

/** A model that people name: its aliases point at immutable versions. */
export const ModelSpec = z.strictObject({
  title: z.string().max(120).optional(),
  summary: z.string().max(2000).optional(),
  licence: z.string().max(63).optional().describe('SPDX expression'),
  aliases: z.record(Name, z.number().int().positive()).default({}).describe('alias → version, for example champion: 3'),
});
export type ModelSpec = z.infer<typeof ModelSpec>;

/** One input or output of a model, as its ONNX graph declares it. */
export const TensorSignature = z.object({
  name: z.string(),
  type: z.string().describe('float32, int64, string … (ONNX TensorProto.DataType, lower case)'),
  shape: z
    .array(z.union([z.number().int(), z.string(), z.null()]))
    .describe('A number, a symbolic name, or null when unknown'),
});
export type TensorSignature = z.infer<typeof TensorSignature>;

export const ModelSignature = z.object({ inputs: z.array(TensorSignature), outputs: z.array(TensorSignature) });
export type ModelSignature = z.infer<typeof ModelSignature>;

/** One immutable artifact of a model, made by `orla model push`. Nobody edits it. */
export const ModelVersionSpec = z.strictObject({
  model: Name,
  version: z.number().int().positive(),
  artifact: Sha256,
  sizeBytes: z.number().int().positive(),
  signature: ModelSignature,
  opsets: z.record(z.string(), z.number().int()).describe('Operator set version by domain; "" is ai.onnx'),
  operators: z.record(z.string(), z.number().int()).describe('How often each operator occurs'),
  parameters: z.number().int(),
  producer: z.string().optional(),
  card: z
    .string()
    .max(256 * 1024)
    .optional()
    .describe('The model card, Markdown'),
  pushedAt: z.number().int(),
  pushedBy: z.string(),
});
export type ModelVersionSpec = z.infer<typeof ModelVersionSpec>;
