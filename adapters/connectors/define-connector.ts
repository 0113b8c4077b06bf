import type { ConnectorDefinition } from './port.ts';

/** Types a plugin by its own schemas, and hands it on as one of many. */
export function defineConnector<C, S>(definition: ConnectorDefinition<C, S>): ConnectorDefinition {
  return definition;
}
