import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bundled } from '../bundled.js'
import type { MergeTask } from './merge-in-process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Merges in a process of its own, which is killed some time after it has begun. Returns whether it was still at it. */
export async function killMerge(task: MergeTask, afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [await bundled(new URL('./merge-in-process.ts', import.meta.url)), JSON.stringify(task)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended])
  await Promise.race([sleep(afterMs), ended])
  child.kill('SIGKILL')
  return (await ended) === 'SIGKILL'
}
