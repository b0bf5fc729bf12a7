import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bundled } from '../bundled.js'
import type { AdoptionTask } from './run-in-process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Returns what a process printed, or null if it was killed. Throws if anything else ended it. */
export async function runProcess(task: AdoptionTask): Promise<{ readonly ok: boolean; readonly operations: number } | null> {
  const file = await bundled(new URL('./run-in-process.ts', import.meta.url))
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file, JSON.stringify(task)], { cwd: root }, (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve(null)
      else if (error !== null) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    })
  })
}
