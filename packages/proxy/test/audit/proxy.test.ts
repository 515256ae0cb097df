import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyAuditLog } from '../../src/audit/read/verify-audit-log.ts';
import { ProxySession } from '../support/session.ts';
import { createStubEngine } from '../support/stub-engine.ts';
import { callTool } from '../support/wire.ts';

const ENGINE = createStubEngine({ tools: { read: 'allow' } });

let session: ProxySession;

beforeEach(() => {
  session = new ProxySession();
});
afterEach(() => session.cleanUp());

describe('the audit log of a running proxy', () => {
  it('verifies once the proxy has ended', async () => {
    session.startRecorder(ENGINE, ['read']).send(callTool(1, 'read'), callTool(2, 'write'), 'no message');
    await session.stdout.waitForLines(3);
    expect(await session.finish()).toBe(0);
    // The session, three records, the end.
    expect(verifyAuditLog({ path: session.auditPath })).toMatchObject({
      records: 5,
      findings: [],
      notes: [],
    });
    expect(existsSync(`${session.auditPath}.lock`)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('goes on in a new file at SIGUSR2', async () => {
    session.startRecorder(ENGINE, ['read']).send(callTool(1, 'read'));
    await session.stdout.waitForLines(1);
    renameSync(session.auditPath, `${session.auditPath}.1`);
    session.signals.send('SIGUSR2');
    expect(readFileSync(session.auditPath, 'utf8')).toContain('"event":"AUDIT_CONTINUED"');
    session.send(callTool(2, 'read'));
    await session.stdout.waitForLines(2);
    await session.finish();
    const report = verifyAuditLog({ path: session.auditPath });
    expect(report.files).toHaveLength(2);
    expect(report.findings).toEqual([]);
  });

  it('lets calls through unaudited where it was told to, and counts them', async () => {
    session.startRecorder(ENGINE, ['read'], { audit: { failure: 'open' } });
    session.send(callTool(1, 'read'));
    await session.stdout.waitForLines(1);
    renameSync(session.auditPath, `${session.auditPath}.kept`);
    mkdirSync(session.auditPath);
    session.send(callTool(2, 'read'));
    await session.stdout.waitForLines(2);
    rmdirSync(session.auditPath);
    session.send(callTool(3, 'read'));
    await session.stdout.waitForLines(3);
    await session.finish();
    expect(session.stderr.text()).toContain('1 record(s) are LOST and calls go on UNAUDITED');
    expect(session.stdout.text()).not.toContain('-32603');
    expect(readFileSync(session.auditPath, 'utf8')).toContain('"event":"AUDIT_RESUMED","unwritten":1');
  });

  it('refuses a file that another proxy writes to', async () => {
    session.startRecorder(ENGINE, ['read']).send(callTool(1, 'read'));
    await session.stdout.waitForLines(1);
    const other = new ProxySession();
    other.startRecorder(ENGINE, ['read'], { auditPath: session.auditPath });
    await expect(other.status).rejects.toThrow('give each proxy a log of its own');
    other.cleanUp();
    await session.finish();
  });
});
