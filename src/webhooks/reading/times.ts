const latestTime = 253_402_300_799_999 // 9999-12-31T23:59:59.999Z

/**
 * Reads a number above 0, or a string with its digits, because channels write times both ways. Null for anything else.
 */
export function readPositive(value: unknown): number | null {
  const given = typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof given === 'number' && Number.isFinite(given) && given > 0 ? given : null
}

/** The time at this many milliseconds. Null when it is after the year 9999, which no supported database accepts. */
export function timeAt(ms: number): Date | null {
  return ms <= latestTime ? new Date(Math.trunc(ms)) : null
}
