import { sqlState } from '../../translate-error.js'
import type { MigrationSession } from '../migration.js'

/** Inside a transaction, undoes only `work` when it fails, so that the transaction can continue. */
export async function inSavepoint<T>(session: MigrationSession, work: () => Promise<T>): Promise<T> {
  if (!(await beginSavepoint(session))) return work()
  try {
    const result = await work()
    await session.query('release savepoint index_work')
    return result
  } catch (error) {
    await session.query('rollback to savepoint index_work').catch(() => {})
    throw error
  }
}

async function beginSavepoint(session: MigrationSession): Promise<boolean> {
  try {
    await session.query('savepoint index_work')
    return true
  } catch (error) {
    if (sqlState(error) === '25P01') return false
    throw error
  }
}
