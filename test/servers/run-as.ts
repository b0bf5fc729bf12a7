import { readFileSync } from 'node:fs'

export interface RunAs {
  readonly uid: number
  readonly gid: number
}

/**
 * The account for PostgreSQL and PgBouncer, which refuse to run as root. It is `postgres` if that account exists, or
 * else `nobody`. Undefined if the tests do not run as root.
 */
export function unprivilegedUser(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(([login]) => login === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  return { uid: 65534, gid: 65534 }
}
