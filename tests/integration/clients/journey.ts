// The same journey as journey.py with the generated TypeScript client; see there.

import { strict as assert } from "node:assert";
import process from "node:process";
import { setTimeout } from "node:timers/promises";

import { type components, createHolisticOsClient } from "holisticos-client";

type Analysis = components["schemas"]["AnalysisView"];
type Erasure = components["schemas"]["ErasureView"];

const PATIENCE_MS = 150_000;

const { JOURNEY_URL: url = "", JOURNEY_TOKEN: token = "", JOURNEY_USER: user_id = "" } = process.env;
const api = createHolisticOsClient(url, () => token);
const path = { user_id };

const put = await api.PUT("/api/v1/users/{user_id}/profile", {
  params: { path },
  body: {
    timezone: "Europe/Berlin",
    language: "en",
    archetype: "Systematic Improver",
    privacy: { withheld_categories: ["reproductive"], share_with_language_model: false },
    daily_analysis: false,
  },
});
assert(put.data, JSON.stringify(put.error));
const profile = await api.GET("/api/v1/users/{user_id}/profile", { params: { path } });

const context = await api.GET("/api/v1/users/{user_id}/health-context", {
  params: { path, query: { days: 7, include_memory: false } },
});
assert(context.data, JSON.stringify(context.error));
const scores = await api.GET("/api/v1/users/{user_id}/scores", {
  params: { path, query: { score_types: ["sleep"] } },
});
const wearable = await api.GET("/api/v1/users/{user_id}/wearable-data", {
  params: { path, query: { metrics: ["steps"], date_range: "30d" } },
});
const page = await api.GET("/api/v1/users/{user_id}/biomarkers", {
  params: { path, query: { categories: ["activity"], limit: 2 } },
});
assert(scores.data && wearable.data && page.data);
const sources = [scores.data, wearable.data, page.data].map((view) => view.provenance.source);

const accepted = await api.POST("/api/v1/users/{user_id}/analyze", {
  params: { path, header: { "idempotency-key": "journey-1" } },
  body: {},
});
assert(accepted.data, JSON.stringify(accepted.error));
const { analysis_id } = accepted.data;
const events = await follow(analysis_id);
const analysis = await api.GET("/api/v1/analysis/{analysis_id}", { params: { path: { analysis_id } } });
assert(analysis.data);
const { status, result }: Analysis = analysis.data;
assert(result);
const listed = await api.GET("/api/v1/users/{user_id}/analyses", { params: { path } });
assert(listed.data);

const [first] = result.plan.items ?? [];
let adherence: string | undefined;
if (first) {
  const said = await api.POST("/api/v1/users/{user_id}/recommendations/{recommendation_id}/feedback", {
    params: { path: { user_id, recommendation_id: first.id } },
    body: { adherence: "partly", helpful: true },
  });
  adherence = said.data?.adherence;
}
const unknown = await api.POST("/api/v1/users/{user_id}/recommendations/{recommendation_id}/feedback", {
  params: { path: { user_id, recommendation_id: "no.such" } },
  body: { adherence: "not" },
});
assert(unknown.error);

const exported = await api.POST("/api/v1/users/{user_id}/export", { params: { path }, body: {} });
assert(exported.data, JSON.stringify(exported.error));
const trail = await api.GET("/api/v1/users/{user_id}/audit", { params: { path, query: { limit: 100 } } });
assert(trail.data);

const erasure = await api.DELETE("/api/v1/users/{user_id}", { params: { path } });
assert(erasure.data, JSON.stringify(erasure.error));

console.log(
  JSON.stringify({
    archetype: profile.data?.archetype,
    sources: [...new Set(sources)].sort(),
    events,
    status,
    listed: listed.data.items.some((item) => item.analysis_id === analysis_id),
    adherence,
    problem: unknown.error.type,
    export: {
      url: exported.data.url,
      sha256: exported.data.sha256,
      files: exported.data.files.map((file) => file.name),
    },
    actions: [...new Set(trail.data.items.map((item) => item.action))].sort(),
    erased: await untilErased(),
  }),
);

async function follow(analysis_id: string): Promise<string[]> {
  const types: string[] = [];
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const stream = await api.GET("/api/v1/analysis/{analysis_id}/stream", {
      params: { path: { analysis_id }, query: { after: String(types.length) } },
      parseAs: "text",
    });
    if (stream.response.status === 204) return types;
    assert(stream.data !== undefined, JSON.stringify(stream.error));
    types.push(...[...stream.data.matchAll(/^event: (.+)$/gm)].map((match) => match[1] ?? ""));
  }
  throw new Error("the analysis comes to no end");
}

async function untilErased(): Promise<Record<string, number>> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const { data } = await api.GET("/api/v1/users/{user_id}/erasure", { params: { path } });
    const read: Erasure | undefined = data;
    assert(read);
    if (read.status === "completed") return read.erased ?? {};
    await setTimeout(1000);
  }
  throw new Error("the erasure comes to no end");
}
