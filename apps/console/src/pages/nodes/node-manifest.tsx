import { useMemo } from 'react';
import { useRoute } from '../../api/use-route.ts';
import { Answered } from '../../parts/answered.tsx';
import { CodeView } from '../../parts/code-view.tsx';
import { Column, Columns } from '../../parts/columns.tsx';
import { Empty } from '../../parts/empty.tsx';
import { KeyValues } from '../../parts/key-values.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';

/** The signed manifest of a node: number desired and observed, its text, who signed it. */
export function NodeManifest({ node }: { node: string }) {
  const manifest = useRoute('nodeManifest', { params: { node } });
  return (
    <Answered query={manifest} lines={8}>
      {(view) => {
        const same = view.desiredSha256 !== null && view.desiredSha256 === view.observedSha256;
        return (
          <Columns>
            <Column span={8}>
              <Section title="What is asked for" note="canonical JSON, shown with line breaks">
                {view.desired === null ? (
                  <Empty title="No manifest yet">It is made when a deployment or a connector selects this node.</Empty>
                ) : (
                  <PayloadView payload={view.desired.payload} />
                )}
              </Section>
            </Column>
            <Column span={4}>
              <Section title="Desired beside observed">
                <KeyValues
                  rows={[
                    ['Desired', `number ${view.desiredNumber}`],
                    ['Observed', view.observedNumber === 0 ? 'none yet' : `number ${view.observedNumber}`],
                    [
                      'Same bytes',
                      view.observedSha256 === null ? (
                        <MeaningMark key="m" meaning="unknown">
                          unknown
                        </MeaningMark>
                      ) : same ? (
                        <MeaningMark key="m" meaning="good">
                          yes
                        </MeaningMark>
                      ) : (
                        <MeaningMark key="m" meaning="warning">
                          no
                        </MeaningMark>
                      ),
                    ],
                    ['Desired SHA-256', <code key="d">{view.desiredSha256 ?? '–'}</code>],
                    ['Observed SHA-256', <code key="o">{view.observedSha256 ?? '–'}</code>],
                  ]}
                />
                {view.problem !== null && (
                  <p>
                    <MeaningMark meaning="bad">problem</MeaningMark> {view.problem}
                  </p>
                )}
              </Section>
              <Section title="Signatures" note="Ed25519 over exactly these bytes">
                {(view.desired?.signatures ?? []).map(({ keyId, signature }) => (
                  <KeyValues
                    key={keyId}
                    rows={[
                      ['Key', <code key="k">{keyId}</code>],
                      ['Signature', <code key="s">{signature}</code>],
                    ]}
                  />
                ))}
                {(view.desired?.signatures ?? []).length === 0 && 'None yet.'}
              </Section>
            </Column>
          </Columns>
        );
      }}
    </Answered>
  );
}

function PayloadView({ payload }: { payload: string }) {
  const text = useMemo(() => JSON.stringify(JSON.parse(payload), null, 2), [payload]);
  return <CodeView text={text} language="json" label="The manifest" />;
}
