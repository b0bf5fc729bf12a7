import { execFileSync } from 'node:child_process'
import { spread } from '../runner/statistics.js'
import type { Project } from './project.js'

const PROCESSES = 11

/** Median milliseconds until all of them are loaded in a fresh process, without Node's own start. */
export function importTime({ directory }: Project, specifiers: readonly string[]): number {
  const code = `const started = performance.now()
for (const specifier of ${JSON.stringify(specifiers)}) await import(specifier)
console.log(performance.now() - started)`
  const run = () => Number(execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: directory, encoding: 'utf8' }))
  // The first run is not counted, because it reads the files from a cold cache.
  run()
  return spread(Array.from({ length: PROCESSES }, run)).median
}
