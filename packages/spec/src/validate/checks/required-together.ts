import { appendPointer } from '@agentpolicy/core';
import type { Findings } from '../../source/findings.ts';
import type { SpecCode } from '../../spec-codes.ts';
import type { PolicyView } from '../policy-view.ts';

/** A field that must be there because of what another one beside it says. */
interface Requirement {
  readonly code: SpecCode;
  readonly parent: readonly string[];
  readonly because: string;
  readonly required: string;
  applies(view: PolicyView, parent: readonly string[]): boolean;
  readonly message: string;
  readonly help: string;
}

const REQUIREMENTS: readonly Requirement[] = [
  {
    // v1alpha2 §5.8.1
    code: 'missing-key-path',
    parent: ['spec', 'identity', 'keys'],
    because: 'key_source',
    required: 'key_path',
    applies: (view, parent) => view.string(...parent, 'key_source') === 'file',
    message: '`key_source` is `file`, and `key_path` is missing',
    help: 'add `key_path` with the PEM file of the signing key',
  },
  {
    // v1alpha2 §3.7.9
    code: 'missing-nonce-address',
    parent: ['spec', 'identity', 'nonce_storage'],
    because: 'type',
    required: 'address',
    applies: (view, parent) => ['redis', 'postgres'].includes(view.string(...parent, 'type') ?? ''),
    message: 'the nonce storage is not `memory`, and its `address` is missing',
    help: 'add `address` with the connection string of the storage',
  },
  {
    // v1alpha3 §3.9
    code: 'missing-registry-endpoint',
    parent: ['spec', 'registry'],
    because: 'enabled',
    required: 'endpoint',
    applies: (view, parent) => view.isTrue(...parent, 'enabled'),
    message: 'the registry is enabled, and its `endpoint` is missing',
    help: 'add `endpoint` with the URL of the registry, such as `https://registry.example.com`',
  },
];

export function checkRequiredTogether(view: PolicyView, findings: Findings): void {
  for (const { code, parent, because, required, applies, message, help } of REQUIREMENTS) {
    if (!applies(view, parent) || view.node(...parent, required) !== undefined) continue;
    const pointer = [...parent, because].reduce(appendPointer, '');
    findings.add({ code, message, help, pointer, span: view.span(pointer, 'value') });
  }
}
