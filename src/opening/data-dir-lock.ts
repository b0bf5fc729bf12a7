import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { ConversationStoreError } from '../model/errors.js'

/**
 * What a lock file says. `token` makes each lock different. `processIdentity` tells a process from a later one with the
 * same pid.
 */
interface LockHolder {
  readonly pid: number
  readonly host: string
  readonly startedAt: string
  readonly processIdentity: string | null
  readonly token: string
}

export interface DataDirLock {
  release(): void
}

interface HeldLocks {
  readonly texts: Map<string, string>
}

/**
 * A lock file is created and then written at once, with nothing in between. If it is still empty after this time, the
 * process that created it has died in between.
 */
const unwrittenMs = 2000

/**
 * Takes `<dataDir>.lock`, because two processes that open the same embedded database silently lose each other's
 * acknowledged writes. A lock whose process has died is taken over. Throws DATA_DIR_LOCKED if a live process has it.
 * The lock is released when the process exits, at the latest. After a kill -9 its file stays and counts as dead.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const path = `${dataDir}.lock`
  for (;;) {
    const text = JSON.stringify(thisHolder())
    if (create(path, text)) {
      held().texts.set(path, text)
      return { release: () => release(path, text) }
    }
    const found = look(path)
    if (found === undefined) continue
    if (found.state === 'unwritten') await sleep(20)
    else if (found.state === 'dead') await removeDead(path, found.identity)
    else throw new ConversationStoreError('DATA_DIR_LOCKED', { dataDir, pid: found.holder.pid, host: found.holder.host })
  }
}

/**
 * Removes a dead lock exactly once: a process has to create a claim on this very lock before it removes it. Otherwise,
 * of two processes that saw the dead lock, the slower one would remove the lock that the quicker one has taken since,
 * and both would have it.
 */
async function removeDead(path: string, identity: string): Promise<void> {
  const claim = `${path}.${identity}`
  if (!create(claim, JSON.stringify(thisHolder()))) {
    const rival = look(claim)
    if (rival?.state === 'dead') await removeDead(claim, rival.identity)
    else await sleep(10)
    return
  }
  try {
    if (look(path)?.identity === identity) unlinkSync(path)
  } finally {
    unlinkSync(claim)
  }
}

type Found = { readonly identity: string } & (
  | { readonly state: 'unwritten' }
  | { readonly state: 'dead' }
  | { readonly state: 'alive'; readonly holder: LockHolder }
)

function look(path: string): Found | undefined {
  try {
    const { ino, mtimeMs } = statSync(path)
    const text = readFileSync(path, 'utf8')
    const identity = createHash('sha256').update(`${text} ${ino} ${mtimeMs}`).digest('hex').slice(0, 16)
    const holder = parseHolder(text)
    if (holder === undefined) return { identity, state: Date.now() - mtimeMs < unwrittenMs ? 'unwritten' : 'dead' }
    return isDead(holder) ? { identity, state: 'dead' } : { identity, state: 'alive', holder }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  return isStill(path, text)
}

function release(path: string, text: string): void {
  held().texts.delete(path)
  if (isStill(path, text)) unlinkSync(path)
}

function isStill(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Returns the registry that the ESM copy and the CJS copy of this file share, with one listener on the process. */
function held(): HeldLocks {
  const key = Symbol.for('conversation-store/data-dir-locks')
  const known: HeldLocks | undefined = Reflect.get(globalThis, key)
  if (known !== undefined) return known
  const locks: HeldLocks = { texts: new Map() }
  Reflect.set(globalThis, key, locks)
  process.on('exit', () => {
    for (const [path, text] of locks.texts) release(path, text)
  })
  return locks
}

function thisHolder(): LockHolder {
  const { pid } = process
  return { pid, host: hostname(), startedAt: new Date().toISOString(), processIdentity: identityOf(pid), token: randomUUID() }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder: unknown = JSON.parse(text)
    return isHolder(holder) ? holder : undefined
  } catch {
    return undefined
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false
  const { pid, host, startedAt } = value as Partial<Record<keyof LockHolder, unknown>>
  return typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && typeof host === 'string' && typeof startedAt === 'string'
}

function isDead({ pid, host, startedAt, processIdentity }: LockHolder): boolean {
  // This process can't tell what runs on another host.
  if (host !== hostname()) return false
  if (!isRunning(pid)) return true
  const running = identityOf(pid)
  if (running !== null && typeof processIdentity === 'string') return running !== processIdentity
  // The lock may hold our own pid and yet be older than this process, because pids repeat when a container is started
  // again. A worker's uptime is not the uptime of its process.
  return pid === process.pid && isMainThread && Date.parse(startedAt) < Date.now() - process.uptime() * 1000
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/**
 * On Linux, returns what no two processes share: the boot, and the tick at which the process started. Null elsewhere.
 */
function identityOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces. The start is the 20th field after it.
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return start === undefined ? null : `${boot} ${start}`
  } catch {
    return null
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
