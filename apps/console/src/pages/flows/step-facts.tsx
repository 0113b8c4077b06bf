import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { stringify } from 'yaml';
import type { FlowSpec } from '../../../../../contracts/kinds/flow.ts';
import { CodeView } from '../../parts/code-view.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './flow.module.css';
import type { FlowBox } from './flow-graph.ts';
import { stepIcon } from './step-icon.tsx';

/** The steps as a list, and the settings of the chosen one with the way to its model or tag. */
export function StepFacts({
  spec,
  boxes,
  chosen,
  onChoose,
}: {
  spec: FlowSpec;
  boxes: readonly FlowBox[];
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  const step = spec.steps.find(({ id }) => id === chosen);
  const input = chosen === undefined ? undefined : spec.inputs[chosen];
  const models = modelsBehind(boxes, spec, chosen);
  return (
    <>
      {(step !== undefined || input !== undefined) && (
        <Section title={`${chosen}`} note={step?.about}>
          <CodeView
            text={stringify(step ?? { [chosen ?? '']: input })}
            language="yaml"
            label={`Settings of ${chosen}`}
          />
          {models.length > 0 && (
            <p className={classes['models']}>
              Model behind it:{' '}
              {models.map((use) => (
                <Link key={use} to="/models/$model" params={{ model: use.split(/[@:]/)[0]! }}>
                  {use}
                </Link>
              ))}
            </p>
          )}
        </Section>
      )}
      <Section title="Inputs and steps" note="in their order">
        <ol className={classes['steps']}>
          {boxes.map((box) => (
            <li key={box.id}>
              <UnstyledButton
                onClick={() => onChoose(box.id)}
                aria-pressed={box.id === chosen}
                className={classes['step']}
              >
                {stepIcon(box.kind)} <strong>{box.id}</strong> <span>{box.detail}</span>
              </UnstyledButton>
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

function modelsBehind(boxes: readonly FlowBox[], spec: FlowSpec, chosen: string | undefined): string[] {
  const seen = new Set<string>();
  const waiting = chosen === undefined ? [] : [chosen];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(boxes.find((box) => box.id === id)?.reads ?? []));
  }
  return spec.steps.flatMap(({ id, model }) => (model !== undefined && seen.has(id) ? [model.use] : []));
}
