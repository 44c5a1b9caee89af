// The client of the HolisticOS API: openapi-fetch over the types of docs/openapi.json.

import createClient, { type Client } from "openapi-fetch";

import type { paths } from "./schema.ts";

export type { components, operations, paths } from "./schema.ts";

export type HolisticOsClient = Client<paths>;

/**
 * A client of the API at `baseUrl`. `accessToken` is asked before every request, so that it may renew the token.
 */
export function createHolisticOsClient(
  baseUrl: string,
  accessToken: () => string | Promise<string>,
): HolisticOsClient {
  const client = createClient<paths>({ baseUrl });
  client.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await accessToken()}`);
      return request;
    },
  });
  return client;
}
