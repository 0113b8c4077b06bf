import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconInfoCircleFilled,
  IconPlayerPauseFilled,
  IconProgress,
  IconQuestionMark,
  IconSquareRoundedXFilled,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './meaning.module.css';

/** The four meaning colours, and two neutral ones; each has a shape of its own. */
export type Meaning = 'good' | 'warning' | 'bad' | 'unknown' | 'info' | 'moving' | 'paused';

const shapes: { [K in Meaning]: ReactNode } = {
  good: <IconCircleCheckFilled size={14} aria-hidden />,
  warning: <IconAlertTriangleFilled size={14} aria-hidden />,
  bad: <IconSquareRoundedXFilled size={14} aria-hidden />,
  unknown: <IconQuestionMark size={14} stroke={3} aria-hidden />,
  info: <IconInfoCircleFilled size={14} aria-hidden />,
  moving: <IconProgress size={14} aria-hidden />,
  paused: <IconPlayerPauseFilled size={14} aria-hidden />,
};

/** A word with the shape and colour of what it means. */
export function MeaningMark({
  meaning,
  children,
  plain = false,
}: {
  meaning: Meaning;
  children: ReactNode;
  plain?: boolean;
}) {
  return (
    <span className={classes['mark']} data-meaning={meaning} data-plain={plain || undefined}>
      {shapes[meaning]}
      <span>{children}</span>
    </span>
  );
}
