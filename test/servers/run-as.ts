import { readFileSync } from 'node:fs'

export interface RunAs {
  readonly uid: number
  readonly gid: number
}

/**
 * PostgreSQL and PgBouncer refuse to run as root; then they get the `postgres` account where there is one, else
 * `nobody`.
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
