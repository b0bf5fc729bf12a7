import { ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'vitest'
import type { RawReader } from '../../src/contract/index.js'
import { type AccountConversations, createConversationStore } from '../../src/index.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'
import { storedState } from '../contract/model/stored-state.js'
import { type CrashWrite, crashWrites } from './writes.js'

/** A backend in which one write can be stopped. */
export interface CrashBackend {
  readonly adapter: ConversationAdapter
  readonly raw: RawReader
  /** Stops what the next write sends at the `nth` statement or command. */
  arm(nth: number): Promise<void>
  /** Whether it was stopped. */
  disarm(): Promise<boolean>
}

/** No write of ours sends more. */
const most = 40

/**
 * Registers a test for each write: stopped at each of its statements, it leaves the state that was before, or the one that a write which is
 * not stopped leaves.
 */
export function sweep(backend: () => CrashBackend, isSupported: (write: CrashWrite) => boolean = () => true): void {
  for (const [method, writes] of Object.entries(crashWrites)) {
    for (const write of writes.filter(isSupported)) {
      test(`${method}: ${write.title}`, async () => {
        const { before, after } = await expected(backend(), write)
        for (let nth = 1; ; nth++) {
          const { account, state } = await prepared(backend(), write)
          await backend().arm(nth)
          const failure = await write.write(account).then(
            () => null,
            (error: unknown) => error,
          )
          const wasStopped = await backend().disarm()
          const found = await state()
          ok(found === before || found === after, `stopped at ${nth} (${failure}), it left\n${found}\nbefore\n${before}\nafter\n${after}`)
          if (!wasStopped) {
            ok(failure === null && found === after, `not stopped, it failed: ${failure}`)
            ok(nth > 1, 'it was never stopped')
            return
          }
          ok(nth < most, 'it never came to an end')
        }
      })
    }
  }
}

async function expected(backend: CrashBackend, write: CrashWrite): Promise<{ before: string; after: string }> {
  const { account, state } = await prepared(backend, write)
  const before = await state()
  await write.write(account)
  return { before, after: await state() }
}

/** An account of its own, whose name is in every id, so that two runs leave the same state but for that name. */
async function prepared(
  backend: CrashBackend,
  write: CrashWrite,
): Promise<{ account: AccountConversations; state: () => Promise<string> }> {
  const name = `crash-${randomBytes(6).toString('hex')}`
  let ids = 0
  const store = createConversationStore({
    adapter: backend.adapter,
    clock: () => new Date('2026-01-02T03:04:05.678Z'),
    newId: () => `${name}-${++ids}`,
    retry: { attempts: 1 },
  })
  const account = store.forAccount(name)
  await write.prepare?.(account)
  return { account, state: async () => JSON.stringify(await storedState(backend.raw, name), null, 1).replaceAll(name, 'account') }
}
