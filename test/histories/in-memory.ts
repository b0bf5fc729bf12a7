import { memoryBackend } from '../contract/memory.js'
import { accountIds, type CallersOptions, runCallers } from './callers.js'
import { type Answer, type Invocation, operationsOf } from './history.js'
import { readWorld } from './read-world.js'
import { createRecorder } from './recorder.js'
import type { World } from './world.js'

/** Runs random calls on memory, in this process. */
export async function historyInMemory(options: Pick<CallersOptions, 'seed' | 'calls' | 'callers'>): Promise<World> {
  const { createAdapter, raw } = memoryBackend()
  const lines: (Invocation | Answer)[] = []
  const recorder = createRecorder(createAdapter(), (line) => lines.push(JSON.parse(line)))
  await runCallers(recorder, { ...options, name: 'p0', supportsEvents: true })
  await recorder.close()
  return readWorld(raw, operationsOf(lines), accountIds)
}
