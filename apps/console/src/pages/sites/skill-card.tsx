import type { StreamRecord } from '../../../../../contracts/records.ts';
import { formatNumber, formatShare, formatUnit } from '../../parts/format-value.ts';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { bodiesOf, referenceName, stepOf } from './record-series.ts';
import classes from './skill.module.css';
import { useScoreUnit } from './use-score-unit.ts';

/** How good the predictions were at this site so far, beside the references that they must beat. */
export function SkillCard({ scores }: { scores: readonly StreamRecord[] }) {
  const last = bodiesOf(scores, 'score').at(-1);
  const unit = useScoreUnit(last === undefined ? '' : stepOf(last));
  if (last === undefined) return null;
  const { count, mae, rmse, references } = last.error;
  const shown = (value: number) => `${formatNumber(value)} ${formatUnit(unit)}`;
  return (
    <Section title="Error and skill" note={`measured at the site, ${count.toLocaleString('en')} predictions so far`}>
      <table className={classes['skill']}>
        <thead>
          <tr>
            <th scope="col">against</th>
            <th scope="col">RMSE</th>
            <th scope="col">MAE</th>
            <th scope="col">skill</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">model</th>
            <td>{shown(rmse)}</td>
            <td>{shown(mae)}</td>
            <td>–</td>
          </tr>
          {Object.entries(references).map(([name, reference]) => (
            <tr key={name}>
              <th scope="row">{referenceName(name)}</th>
              <td>{shown(reference.rmse)}</td>
              <td>{shown(reference.mae)}</td>
              <td>
                {reference.skill === null ? (
                  <MeaningMark meaning="unknown" plain>
                    cannot know
                  </MeaningMark>
                ) : (
                  <MeaningMark meaning={reference.skill > 0 ? 'good' : 'bad'} plain>
                    {formatShare(reference.skill)}
                  </MeaningMark>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes['note']}>Skill is 1 − RMSE ÷ RMSE of the reference; above zero the model is better.</p>
    </Section>
  );
}
