import type { Change } from '../../contracts/changes.ts';
import type { AgentEvent, ControlEvent } from '../../contracts/events.ts';
import type { Severity } from '../../contracts/names.ts';
import type { Step } from '../../contracts/steps.ts';

export interface Said {
  sentence: string;
  severity: Severity;
}

const info = (sentence: string): Said => ({ sentence, severity: 'info' });
const warning = (sentence: string): Said => ({ sentence, severity: 'warning' });

/** A step as a sentence without a subject: `start shared/flow/x`. */
export function sayStep(step: Step): string {
  switch (step.kind) {
    case 'fetch-artifact':
      return `fetch artifact ${step.artifact.sha256.slice(0, 12)} (${sizeText(step.artifact.sizeBytes)})`;
    case 'start-workload':
      return `${step.replaces === null ? 'start' : 'replace'} ${step.workload.id}`;
    case 'stop-workload':
      return `stop ${step.id}`;
    case 'remove-artifact':
      return `remove artifact ${step.sha256.slice(0, 12)}`;
  }
}

/** What happened at a node, as people read it. The only place where agent events become sentences. */
export function sayAgentEvent(event: AgentEvent): Said {
  switch (event.kind) {
    case 'agent-started':
      return info(
        `Agent ${event.version} started with ${event.manifestNumber === 0 ? 'no manifest yet' : `manifest ${event.manifestNumber}`}`,
      );
    case 'link-up':
      return info('Connected to the control plane');
    case 'link-down':
      return warning(`Lost the control plane: ${event.because}; it goes on by itself`);
    case 'manifest-accepted':
      return info(`Accepted manifest ${event.number}`);
    case 'manifest-refused':
      return { sentence: `Refused manifest ${event.number}: ${event.because}`, severity: 'critical' };
    case 'trust-accepted':
      return info(`Accepted trust document ${event.number}`);
    case 'step-done':
      return info(`Did: ${sayStep(event.step)} in ${Math.round(event.tookMs)} ms (${event.step.because})`);
    case 'step-failed':
      return warning(`Could not ${sayStep(event.step)} (attempt ${event.attempt}): ${event.because}`);
    case 'converged':
      return info(`Runs everything of manifest ${event.manifestNumber}`);
    case 'runner-exited':
      return { sentence: `Runner ${event.runner} is gone: ${event.because}`, severity: 'critical' };
    case 'runner-started':
      return info(
        `Runner ${event.runner} started${event.recoveredMs === null ? '' : `, back after ${Math.round(event.recoveredMs)} ms`}`,
      );
    case 'workload-healthy':
      return info(`${event.id} is healthy`);
    case 'workload-unhealthy':
      return warning(`${event.id} is unhealthy: ${event.because}`);
    case 'records-dropped':
      return warning(`Stream ${event.stream} gave up ${event.count} records: ${event.because}`);
    case 'write-refused':
      return warning(`Refused to write ${event.tag}: ${event.because}`);
  }
}

/** What happened in the control plane, as people read it. */
export function sayControlEvent(event: ControlEvent): Said {
  switch (event.kind) {
    case 'node-enrolled':
      return info(`Node ${event.node} enrolled at ${event.site}`);
    case 'node-connected':
      return info(`Node ${event.node} connected`);
    case 'node-lost':
      return warning(`Node ${event.node} is no longer connected: ${event.because}`);
    case 'manifest-issued':
      return info(`Manifest ${event.number} for ${event.node}: ${event.because}`);
    case 'release-made':
      return info(`Release ${event.release} of ${event.deployment}: ${event.because}`);
    case 'rollout-started':
      return info(`Release ${event.release} of ${event.deployment} goes out to ${event.nodes} nodes`);
    case 'rollout-done':
      return info(
        `Release ${event.release} of ${event.deployment} is out, after ${(event.tookMs / 1000).toFixed(1)} s`,
      );
    case 'rollout-rolled-back':
      return {
        sentence: `Release ${event.release} of ${event.deployment} was rolled back${event.to === null ? '' : ` to ${event.to}`}: ${event.because}`,
        severity: 'critical',
      };
    case 'compile-failed':
      return warning(`No manifest for ${event.node}: ${event.because}`);
    case 'alert-raised':
      return {
        sentence: `Alert ${event.rule} at ${event.node}: ${event.message}`,
        severity: severityOf(event.severity),
      };
    case 'alert-cleared':
      return info(`Alert ${event.rule} at ${event.node} is over: ${event.message}`);
    case 'control-plane-started':
      return info(`Control plane ${event.version} started`);
    case 'signed-in':
      return info(`${event.person} signed in`);
  }
}

/** A change of a resource, as people read it. */
export function sayChange(change: Pick<Change, 'actor' | 'action' | 'kind' | 'name' | 'because'>): Said {
  return info(
    `${change.actor} ${change.action} ${change.kind} ${change.name}${change.because === undefined ? '' : `: ${change.because}`}`,
  );
}

function severityOf(text: string): Severity {
  return text === 'critical' || text === 'warning' ? text : 'info';
}

/** Bytes for people, in decimal units (IEC 80000-13). */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}
