// The linter's test compares its hash with the one that is enforced, and looks for it here.
export { canonicalizeDefinition, hashDefinition } from '@agentpolicy/message';
