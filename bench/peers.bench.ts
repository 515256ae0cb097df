// One decision against two policy engines that decide the nearest equivalent policy, each used as its documentation
// advises: Cedar with a policy set that is parsed once (statefulIsAuthorized), casbin with enforceSync on a model
// with regexMatch and a matcher that finds the tool first. Neither knows paths as the engine does: their policies
// look for the protected names in the values.
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { measure, printMeasures } from './harness.ts';
import { compileTable, makeCall, makePolicy, startEngine, toArguments } from './policies.ts';

const TOOLS = 10;
const FORBIDDEN = ['/.ssh', '/.aws/credentials', '/.config/gcloud', '.env', '.git/', '/etc/shadow', '/root'];

function startCedar(): (tool: number) => boolean {
  const permits = Array.from(
    { length: TOOLS },
    (_, tool) =>
      `permit (principal, action == Action::"call", resource == Tool::"http_request_${tool}") when { context.url like "https://api.github.com/repos/team${tool}/*" && context.query like "SELECT * FROM * WHERE * = *" };`,
  );
  const guards = FORBIDDEN.map((path) => `context.url like "*${path}*" || context.query like "*${path}*"`);
  const text = `${permits.join('\n')}\nforbid (principal, action, resource) when { ${guards.join(' || ')} };`;
  const parsed = preparsePolicySet('bench', { staticPolicies: text });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
  const principal = { type: 'Agent', id: 'bench' };
  const action = { type: 'Action', id: 'call' };
  return (tool) => {
    const { name, args } = makeCall(tool);
    const answer = statefulIsAuthorized({
      principal,
      action,
      resource: { type: 'Tool', id: name },
      context: { url: String(args.url), query: String(args.query) },
      preparsedPolicySetId: 'bench',
      entities: [],
    });
    return answer.type === 'success' && answer.response.decision === 'allow';
  };
}

async function startCasbin(): Promise<(tool: number) => boolean> {
  const model = newModelFromString(`
[request_definition]
r = tool, url, query
[policy_definition]
p = tool, url, query, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.tool == p.tool && regexMatch(r.url, p.url) && regexMatch(r.query, p.query) || p.tool == "*" && (regexMatch(r.url, p.url) || regexMatch(r.query, p.query))
`);
  const rows = Array.from(
    { length: TOOLS },
    (_, tool) =>
      `p, http_request_${tool}, ^https://api\\.github\\.com/repos/team${tool}/[a-zA-Z0-9/_.-]+$, "^SELECT [a-z_, ]+ FROM [a-z_]+ WHERE [a-z_]+ = [0-9]+$", allow`,
  );
  const guard = FORBIDDEN.map((path) => path.replaceAll('.', '\\.')).join('|');
  const enforcer = await newEnforcer(
    model,
    new StringAdapter([...rows, `p, *, ${guard}, ${guard}, deny`].join('\n')),
  );
  return (tool) => {
    const { name, args } = makeCall(tool);
    return enforcer.enforceSync(name, String(args.url), String(args.query));
  };
}

const engine = startEngine(compileTable(makePolicy(TOOLS)));
const nodes = Array.from({ length: TOOLS }, (_, tool) => {
  const call = makeCall(tool);
  return { name: call.name, args: toArguments(call) };
});
const decide = (tool: number): boolean => {
  const call = nodes[tool];
  return call !== undefined && engine.decideToolCall(call).decision === 'ALLOW';
};
const cedar = startCedar();
const casbin = await startCasbin();

function repeat(decideOne: (tool: number) => boolean) {
  if (!decideOne(3)) throw new Error("every engine allows the benchmark's calls");
  return (count: number): void => {
    for (let at = 0; at < count; at++) decideOne(at % TOOLS);
  };
}

printMeasures(
  'one decision against other policy engines: ten tools, two patterns each, seven protected paths',
  measure([
    { name: 'engine', run: repeat(decide) },
    { name: 'cedar-wasm (preparsed)', run: repeat(cedar) },
    { name: 'casbin (enforceSync)', run: repeat(casbin) },
  ]),
  'decision',
);
