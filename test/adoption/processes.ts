import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { AdoptionTask } from './run-in-process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
let bundling: Promise<string> | undefined

/** Bundles the program into one file, because a process starts three times as fast from it. */
function bundle(): Promise<string> {
  bundling ??= (async () => {
    const outfile = join(root, 'node_modules/.cache/conversation-store', `adopt-in-process-${process.pid}.mjs`)
    const entryPoints = [join(root, 'test/adoption/run-in-process.ts')]
    await build({ entryPoints, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' })
    return outfile
  })()
  return bundling
}

/** Returns what a process printed, or null if it was killed. Throws if anything else ended it. */
export async function runProcess(task: AdoptionTask): Promise<{ readonly ok: boolean; readonly operations: number } | null> {
  const file = await bundle()
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file, JSON.stringify(task)], { cwd: root }, (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve(null)
      else if (error !== null) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    })
  })
}
