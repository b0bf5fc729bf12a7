import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** CPU time used so far, in microseconds. */
interface CpuReading {
  readonly client: number
  readonly server: number | null
}

export type CpuMeter = () => CpuReading

/** Reads this process's CPU time and, where /proc shows it, that of the process `serverPid` and its children. */
export function cpuMeter(serverPid: number | null): CpuMeter {
  return () => {
    const { user, system } = process.cpuUsage()
    return { client: user + system, server: serverPid === null ? null : treeCpu(serverPid) }
  }
}

/** Counts the CPU time of these processes, and of their children, as the client's too. */
export function withProcesses(meter: CpuMeter, pids: readonly number[]): CpuMeter {
  return () => {
    const { client, server } = meter()
    return { client: pids.reduce((sum, pid) => sum + treeCpu(pid), client), server }
  }
}

/**
 * Returns the pid if that process runs on this machine and is the given program, otherwise null. A server elsewhere has
 * a pid too, which may belong to another process here.
 */
export function localProcess(pid: number, program: string): number | null {
  // The name in /proc/<pid>/stat is the main thread's, which mongod sets to something else, so the command line is
  // read. The file may be named mongod-6.0.5, so only its beginning is compared.
  const [command = ''] = readOrEmpty(`/proc/${pid}/cmdline`).split('\0')
  return basename(command).startsWith(program) ? pid : null
}

/** The process that started this one. */
export function parentOf(pid: number): number {
  return Number(stat(pid)[1] ?? 0)
}

function treeCpu(root: number): number {
  // When a child has ended, its time is in its parent's figures from then on.
  const ticks = childrenOf(root).reduce((sum, pid) => sum + ticksOf(pid, 2), ticksOf(root, 4))
  return ticks * MICROSECONDS_PER_TICK
}

// USER_HZ is 100 on every Linux that Node runs on.
const MICROSECONDS_PER_TICK = 10_000

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readOrEmpty(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter((child) => child !== '')
    .map(Number)
}

/** The sum of the first `count` of these: utime, stime, and the same two of the children that have ended. */
function ticksOf(pid: number, count: 2 | 4): number {
  const times = stat(pid).slice(11, 11 + count)
  return times.reduce((sum, ticks) => sum + Number(ticks), 0)
}

/**
 * The fields of /proc/<pid>/stat from the third on, see proc_pid_stat(5). The second is a name that may contain
 * anything.
 */
function stat(pid: number): readonly string[] {
  const line = readOrEmpty(`/proc/${pid}/stat`)
  return line.slice(line.lastIndexOf(')') + 2).split(' ')
}

/** Returns an empty text if the process has ended between the listing and the reading. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
