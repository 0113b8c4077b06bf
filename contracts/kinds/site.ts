import { z } from 'zod';
import { Scalar } from '../names.ts';

/** A physical place. Its labels and variables are inherited by its nodes. */
export const SiteSpec = z.strictObject({
  title: z.string().max(120).optional().describe('How people call it'),
  latitude: z.number().min(-90).max(90).describe('Degrees north, WGS 84'),
  longitude: z.number().min(-180).max(180).describe('Degrees east, WGS 84'),
  altitudeM: z.number().min(-500).max(9000).optional().describe('Metres above sea level'),
  timeZone: z.string().default('UTC').describe('IANA time zone, for showing times'),
  jurisdiction: z.string().max(63).optional().describe('Whose law the data is under, for example IT or US-CO'),
  variables: z.record(z.string(), Scalar).default({}).describe('Values for ${site.NAME} in flows and connectors'),
});
export type SiteSpec = z.infer<typeof SiteSpec>;
