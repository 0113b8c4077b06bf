import { modbus } from './modbus/modbus-connector.ts';
import { mqtt } from './mqtt/mqtt-connector.ts';
import type { ConnectorDefinition } from './port.ts';
import { replay } from './replay/replay-connector.ts';

/** Every connector that there is, by protocol. Adding one is adding a line. */
export const registry: Readonly<Record<string, ConnectorDefinition>> = { modbus, mqtt, replay };
