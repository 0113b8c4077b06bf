import type { Quality, Severity } from '../../../../contracts/names.ts';
import type { Health } from '../../../../contracts/report.ts';
import type { RolloutView } from '../../../../contracts/views.ts';
import { type Meaning, MeaningMark } from './meaning.tsx';

const ofHealth: { [K in Health]: Meaning } = { healthy: 'good', unhealthy: 'bad', unknown: 'unknown' };
const ofSeverity: { [K in Severity]: Meaning } = { info: 'info', warning: 'warning', critical: 'bad' };
const ofQuality: { [K in Quality]: Meaning } = { good: 'good', uncertain: 'warning', bad: 'bad' };
const ofRollout: { [K in RolloutView['phase']]: Meaning } = {
  running: 'moving',
  done: 'good',
  'rolled-back': 'bad',
  paused: 'paused',
};

/** The colour and shape of a health. */
export function meaningOfHealth(health: Health): Meaning {
  return ofHealth[health];
}

export function HealthMark({ health, plain }: { health: Health; plain?: boolean }) {
  return (
    <MeaningMark meaning={ofHealth[health]} {...(plain ? { plain } : {})}>
      {health}
    </MeaningMark>
  );
}

export function SeverityMark({ severity }: { severity: Severity }) {
  return <MeaningMark meaning={ofSeverity[severity]}>{severity}</MeaningMark>;
}

export function QualityMark({ quality, plain }: { quality: Quality; plain?: boolean }) {
  return (
    <MeaningMark meaning={ofQuality[quality]} {...(plain ? { plain } : {})}>
      {quality}
    </MeaningMark>
  );
}

export function RolloutMark({ phase }: { phase: RolloutView['phase'] }) {
  return <MeaningMark meaning={ofRollout[phase]}>{phase === 'rolled-back' ? 'rolled back' : phase}</MeaningMark>;
}
