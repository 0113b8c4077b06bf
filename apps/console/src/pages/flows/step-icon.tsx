import {
  IconAlarm,
  IconBrain,
  IconCalculator,
  IconChartDots,
  IconClockHour3,
  IconGitMerge,
  IconHistory,
  IconPencil,
  IconPlugConnected,
  IconQuestionMark,
  IconSend,
  IconSun,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FlowBox } from './flow-graph.ts';

const icons: { [K in FlowBox['kind']]: ReactNode } = {
  input: <IconPlugConnected size={12} aria-hidden />,
  resample: <IconClockHour3 size={12} aria-hidden />,
  window: <IconHistory size={12} aria-hidden />,
  sun: <IconSun size={12} aria-hidden />,
  compute: <IconCalculator size={12} aria-hidden />,
  join: <IconGitMerge size={12} aria-hidden />,
  model: <IconBrain size={12} aria-hidden />,
  when: <IconQuestionMark size={12} aria-hidden />,
  write: <IconPencil size={12} aria-hidden />,
  alarm: <IconAlarm size={12} aria-hidden />,
  publish: <IconSend size={12} aria-hidden />,
  score: <IconChartDots size={12} aria-hidden />,
};

/** The icon of a kind of step. */
export function stepIcon(kind: FlowBox['kind']): ReactNode {
  return icons[kind];
}
