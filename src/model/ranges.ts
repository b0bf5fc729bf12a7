/** The first and the last moment that this library takes. Every database can hold them, and so can a Date. */
export const earliestTime = '0001-01-01T00:00:00.000Z'
export const latestTime = '9999-12-31T23:59:59.999Z'

/** The greatest version, `seq` or edit number. */
export const greatestCount = 2 ** 31 - 1

/** The texts that `String(missing)` gives. Different customers would share such an id. */
export const textsOfMissingIds: readonly string[] = ['null', 'undefined']
