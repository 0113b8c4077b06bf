import type { NodeView } from '../../../../../contracts/views.ts';
import { Column, Columns } from '../../parts/columns.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatBytes, formatNumber, formatShare } from '../../parts/format-value.ts';
import { KeyValues } from '../../parts/key-values.tsx';
import { MeaningMark } from '../../parts/meaning.tsx';
import { Section } from '../../parts/section.tsx';
import { formatDuration } from '../../time/format-time.ts';
import { TimeAgo } from '../../time/time-ago.tsx';
import classes from './node.module.css';

/** Desired beside observed, with the age of what is observed; the machine below. */
export function NodeOverview({ node }: { node: NodeView }) {
  const { report } = node;
  return (
    <Columns>
      <Column span={7}>
        <Section
          title="Desired beside observed"
          note={
            report === null ? (
              'nothing observed yet'
            ) : (
              <>
                observed <TimeAgo at={report.at} />
              </>
            )
          }
        >
          <DesiredObserved node={node} />
        </Section>
        {node.compileProblem !== null && (
          <Section title="Its manifest cannot be made">
            <MeaningMark meaning="bad">keeps the one it has</MeaningMark> {node.compileProblem}
          </Section>
        )}
        {report?.refused != null && (
          <Section title={`Refused manifest ${report.refused.number}`} note={<TimeAgo at={report.refused.at} />}>
            {report.refused.because}
          </Section>
        )}
        {report?.stuck != null && (
          <Section
            title={`Stuck at: ${report.stuck.step}`}
            note={
              <>
                since <TimeAgo at={report.stuck.since} />, {report.stuck.attempts} attempts
              </>
            }
          >
            {report.stuck.because}
          </Section>
        )}
      </Column>
      <Column span={5}>
        <Section title="Machine">
          {report === null ? (
            <Empty title="Not seen yet">
              Once the node connects, it reports its machine, its workloads and its streams.
            </Empty>
          ) : (
            <KeyValues
              rows={[
                ['Class', node.class],
                ['Platform', report.host.platform],
                ['Load', `${formatNumber(report.host.load1)} on ${report.host.cpus} CPUs`],
                [
                  'Memory free',
                  `${formatBytes(report.host.memoryFreeBytes)} of ${formatBytes(report.host.memoryBytes)} (${formatShare(report.host.memoryFreeBytes / report.host.memoryBytes)})`,
                ],
                ['Disk free', formatBytes(report.host.diskFreeBytes)],
                ['Up for', formatDuration(report.host.uptimeS * 1000)],
                ['Agent', `${report.agentVersion}, ${formatBytes(report.host.agentRssBytes)}`],
                ['Runners', formatBytes(report.host.runnersRssBytes)],
                ['Agent started', <TimeAgo key="started" at={report.startedAt} />],
                ['Trust document', report.trustNumber],
              ]}
            />
          )}
        </Section>
      </Column>
    </Columns>
  );
}

function DesiredObserved({ node }: { node: NodeView }) {
  const { report } = node;
  const workloads = report?.workloads ?? [];
  const running = workloads.filter(({ phase }) => phase === 'running').length;
  const healthy = workloads.filter(({ health }) => health === 'healthy').length;
  const same = node.desiredManifest === node.observedManifest;
  return (
    <table className={classes['beside']}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Desired</th>
          <th scope="col">Observed</th>
          <th scope="col">Agree</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Manifest</th>
          <td>{node.desiredManifest}</td>
          <td>{report === null ? 'unknown' : node.observedManifest}</td>
          <td>
            <Agree known={report !== null} same={same} />
          </td>
        </tr>
        <tr>
          <th scope="row">Runs what it asks for</th>
          <td>yes</td>
          <td>{report === null ? 'unknown' : report.converged ? 'yes' : 'not yet'}</td>
          <td>
            <Agree known={report !== null} same={node.converged} />
          </td>
        </tr>
        <tr>
          <th scope="row">Workloads running</th>
          <td>{workloads.length}</td>
          <td>{report === null ? 'unknown' : running}</td>
          <td>
            <Agree known={report !== null} same={running === workloads.length} />
          </td>
        </tr>
        <tr>
          <th scope="row">Workloads healthy</th>
          <td>{workloads.length}</td>
          <td>{report === null ? 'unknown' : healthy}</td>
          <td>
            <Agree known={report !== null} same={healthy === workloads.length} />
          </td>
        </tr>
        <tr>
          <th scope="row">Line to the centre</th>
          <td>open</td>
          <td>{node.connected ? 'open' : 'none'}</td>
          <td>
            <Agree known={node.connected} same={node.connected} />
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Agree({ known, same }: { known: boolean; same: boolean }) {
  if (!known)
    return (
      <MeaningMark meaning="unknown" plain>
        unknown
      </MeaningMark>
    );
  return same ? (
    <MeaningMark meaning="good" plain>
      yes
    </MeaningMark>
  ) : (
    <MeaningMark meaning="warning" plain>
      no
    </MeaningMark>
  );
}
