import { useRoute } from '../../api/use-route.ts';

/** The unit of a score, found at the input of its flow that brings the truth; undefined when it cannot be told. */
export function useScoreUnit(step: string): string | undefined {
  const [flow = '', id = ''] = step.split(' / ');
  const resource = useRoute('getResource', { params: { kind: 'Flow', name: flow } }, { enabled: flow !== '' });
  const spec = resource.data?.spec as
    | {
        inputs?: Record<string, { unit?: string }>;
        steps?: { id: string; score?: { truth: string }; resample?: { of: string } }[];
      }
    | undefined;
  let name = spec?.steps?.find((each) => each.id === id)?.score?.truth.split('.')[0];
  const resampled = spec?.steps?.find((each) => each.id === name)?.resample?.of;
  name = resampled?.split('.')[0] ?? name;
  return name === undefined ? undefined : spec?.inputs?.[name]?.unit;
}
