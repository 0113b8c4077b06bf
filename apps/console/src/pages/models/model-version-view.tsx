import type { ModelVersionSpec, TensorSignature } from '../../../../../contracts/kinds/model.ts';
import { Column, Columns } from '../../parts/columns.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatBytes } from '../../parts/format-value.ts';
import { KeyValues } from '../../parts/key-values.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Section } from '../../parts/section.tsx';

/** One version: its card, its signature, and what was found in the file. */
export function ModelVersionView({ version }: { version: ModelVersionSpec }) {
  return (
    <div style={{ marginTop: 16 }}>
      <Columns>
        <Column span={8}>
          <Section title={`Card of version ${version.version}`}>
            {version.card === undefined ? (
              <Empty title="No card">
                A card says what the model is for, what it was trained on and how good it is. Attach one:{' '}
                <code>orla model push FILE --name {version.model} --card CARD.md</code>
              </Empty>
            ) : (
              <Markdown text={version.card} />
            )}
          </Section>
        </Column>
        <Column span={4}>
          <Section title="Signature">
            <KeyValues
              rows={[
                ...version.signature.inputs.map(tensorRow('input')),
                ...version.signature.outputs.map(tensorRow('output')),
              ]}
            />
          </Section>
          <Section title="Found in the file">
            <KeyValues
              rows={[
                ['Size', formatBytes(version.sizeBytes)],
                ['Parameters', version.parameters.toLocaleString('en')],
                ['Made by', version.producer ?? 'unknown'],
                [
                  'Operator sets',
                  Object.entries(version.opsets)
                    .map(([domain, number]) => `${domain || 'ai.onnx'} ${number}`)
                    .join(', '),
                ],
                [
                  'Operators',
                  Object.entries(version.operators)
                    .map(([name, times]) => `${name} × ${times}`)
                    .join(', '),
                ],
                ['SHA-256', <code key="sha">{version.artifact}</code>],
              ]}
            />
          </Section>
        </Column>
      </Columns>
    </div>
  );
}

function tensorRow(what: string): (tensor: TensorSignature) => [string, React.ReactNode] {
  return ({ name, type, shape }) => [
    `${what} ${name}`,
    <code key={name}>
      {type} [{shape.map((size) => size ?? '?').join(' × ')}]
    </code>,
  ];
}
