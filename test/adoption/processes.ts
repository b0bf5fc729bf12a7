import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bundled } from '../bundled.js'
import type { ImportTask } from './import-in-process.js'
import type { LockingTask } from './locking-in-process.js'
import type { AdoptionTask } from './run-in-process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Returns what a process printed, or null if it was killed. Throws if anything else ended it. */
export function runProcess(task: AdoptionTask): Promise<Printed | null> {
  return runBundle('./run-in-process.ts', task)
}

export function runImport(task: ImportTask): Promise<Printed | null> {
  return runBundle('./import-in-process.ts', task)
}

export function runLocking(task: LockingTask): Promise<Printed | null> {
  return runBundle('./locking-in-process.ts', task)
}

/** What a process prints at its end. */
export interface Printed {
  readonly ok: boolean
  readonly operations: number
}

async function runBundle(program: string, task: AdoptionTask | ImportTask | LockingTask): Promise<Printed | null> {
  const file = await bundled(new URL(program, import.meta.url))
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file, JSON.stringify(task)], { cwd: root }, (error, stdout, stderr) => {
      if (error?.signal === 'SIGKILL') resolve(null)
      else if (error !== null) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    })
  })
}
