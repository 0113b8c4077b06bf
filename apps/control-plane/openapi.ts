import { z } from 'zod';
import { type RouteName, type RouteSpec, routes } from '../../contracts/api.ts';
import { ErrorBody, errorTable } from '../../contracts/errors.ts';

const JSON_TYPE = 'application/json';

/** Every route as OpenAPI 3.1.1 (https://spec.openapis.org/oas/v3.1.1), made from the table that the server is made from. */
export function openApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes) as [RouteName, RouteSpec][]) {
    const path = route.path.replaceAll(/:([a-zA-Z0-9]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Orla control plane',
      version,
      summary: 'Puts trained models to work at many sites.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Error: schemaOf(ErrorBody, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of `orla login`, or of POST /api/tokens' },
        session: { type: 'apiKey', in: 'cookie', name: 'orla.session_token', description: 'Set by POST /api/sign-in' },
        link: { type: 'http', scheme: 'bearer', description: "The session of a node's open link" },
      },
    },
  };
}

function operation(name: RouteName, route: RouteSpec): Record<string, unknown> {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')];
  const security =
    route.who === 'anyone' ? [] : route.who === 'link' ? [{ link: [] }] : [{ token: [] }, { session: [] }];
  return {
    operationId: name,
    summary: route.summary,
    description: route.who === 'anyone' ? 'Anyone may call it.' : `Needs: ${route.who}.`,
    security,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: requestBody(route) }),
    responses: {
      200: {
        description: 'Success',
        content: { [route.answerType ?? JSON_TYPE]: { schema: schemaOf(route.answer, 'output') } },
      },
      default: {
        description: `The error; its code says which: ${Object.keys(errorTable).join(', ')}`,
        content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function requestBody(route: RouteSpec): Record<string, unknown> {
  const schema = route.bodyType === undefined ? schemaOf(route.body!, 'input') : { type: 'string', format: 'binary' };
  return { required: true, content: { [route.bodyType ?? JSON_TYPE]: { schema } } };
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Record<string, unknown>[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _draft, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return json;
}
