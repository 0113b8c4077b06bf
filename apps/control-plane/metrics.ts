import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ControlPlane } from './create-control-plane.ts';

export interface ControlPlaneMetrics {
  /** One answered request, by the route's path and not by its parameters. */
  observe(route: string, method: string, code: number, seconds: number): void;
  text(): Promise<string>;
}

/** Figures of one control plane in Prometheus' text format, in a registry of its own. */
export function createMetrics(controlPlane: ControlPlane): ControlPlaneMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'orla_http_request_seconds',
    help: 'Time to answer HTTP requests',
    labelNames: ['route', 'method', 'code'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const nodes = gauge('orla_nodes', 'Nodes by health', ['health']);
  const connected = gauge('orla_nodes_connected', 'Nodes with an open link');
  const alarms = gauge('orla_alarms_raised', 'Alarms and alerts that stand');
  const watchers = gauge('orla_watch_readers', 'Readers of the watch feed');
  const records = gauge('orla_records_stored', 'Records stored since the beginning, over all streams');
  const lost = gauge('orla_control_events_lost', 'Events of the control plane that the disk would not take');

  return {
    observe: (route, method, code, seconds) => requests.observe({ route, method, code: String(code) }, seconds),
    text: async () => {
      const now = await controlPlane.figures();
      for (const health of ['healthy', 'unhealthy', 'unknown'] as const) nodes.set({ health }, now[health]);
      connected.set(now.connected);
      alarms.set(now.alarmsRaised);
      watchers.set(now.watchers);
      records.set(now.recordsStored);
      lost.set(now.eventsLost);
      return registry.metrics();
    },
  };
}
