import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { MergeTask } from './merge-in-process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
let bundling: Promise<string> | undefined

function bundle(): Promise<string> {
  bundling ??= (async () => {
    const outfile = join(root, 'node_modules/.cache/conversation-store', `merge-in-process-${process.pid}.mjs`)
    const entryPoints = [join(root, 'test/merges/merge-in-process.ts')]
    await build({ entryPoints, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' })
    return outfile
  })()
  return bundling
}

/** Merges in a process of its own, which is killed some time after it has begun. Returns whether it was still at it. */
export async function killMerge(task: MergeTask, afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [await bundle(), JSON.stringify(task)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended])
  await Promise.race([sleep(afterMs), ended])
  child.kill('SIGKILL')
  return (await ended) === 'SIGKILL'
}
