import type { Kind } from '../../../../../contracts/resource.ts';

/** A first text for each kind that people write, complete enough to plan once the names fit. */
export const templates: { [K in Kind]?: string } = {
  Site: `kind: Site
name: my-site
labels:
  plant: pv
spec:
  title: My site
  latitude: 45.07
  longitude: 7.69
  timeZone: Europe/Rome
`,
  Connector: `kind: Connector
name: my-meter
spec:
  target:
    labels: { plant: pv }        # the nodes at which this equipment stands
  equipment: meter               # flows say meter/power
  protocol: modbus
  config:
    host: 192.0.2.10
    port: 502
    unit: 1
  scan: 1s
  tags:
    - name: power
      unit: kW
      source: { table: holding, address: 0, type: float32 }
`,
  Flow: `kind: Flow
name: my-flow
spec:
  about: What this flow is for
  inputs:
    power: { tag: meter/power, unit: kW }
  steps:
    - id: mean
      resample: { of: power, every: 1m }
    - id: high
      when: { value: mean, above: 100, hysteresis: 5, for: 2m }
    - id: high_alarm
      alarm: { when: high, severity: warning, message: 'Power is {mean:1} kW', tag: meter/power }
`,
  Deployment: `kind: Deployment
name: my-deployment
spec:
  target:
    labels: { plant: pv }        # the nodes to run it on
  flows: [my-flow]
  rollout:
    healthyWithin: 2m
    healthyFor: 5s
    maxUnhealthy: 0              # more unhealthy nodes than this and everything rolls back
`,
  AlertRule: `kind: AlertRule
name: node-unseen
spec:
  target: { all: true }
  when: { is: node-unseen, for: 2m }
  severity: critical
`,
  Model: `kind: Model
name: my-model
spec:
  title: My model
  licence: Apache-2.0
  aliases: {}
`,
};
