import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withoutSecrets } from '../../src/model/without-secrets.js'

describe('a text loses the secrets of the connection strings in it, and nothing else', () => {
  test.each([
    ['cannot reach mongodb://admin:hunter2@db.test/ in time', 'cannot reach mongodb://***@db.test/ in time'],
    ['postgres://u:p@ssw@host/db is down', 'postgres://***@host/db is down'],
    ['postgres://u:p/w@host/db is down', 'postgres://***@host/db is down'],
    ['postgres://u:p@s/w:x?y#z@host:5432/db is down', 'postgres://***@host:5432/db is down'],
    ['postgres://u:123/4@host/db', 'postgres://***@host/db'],
    ['postgres://u@corp:p/w@host/db', 'postgres://***@host/db'],
    ['postgres://u:p%40s%2Fw@host/db', 'postgres://***@host/db'],
    ['postgres://u:a"b\'c@host/db', 'postgres://***@host/db'],
    ['postgres://u:a",b@host/db', 'postgres://***@host/db'],
    ['redis://:secret@host', 'redis://***@host'],
    ['postgres://user@host:5432/db', 'postgres://***@host:5432/db'],
    ['POSTGRESQL://u:secret@[::1]:5432/db', 'POSTGRESQL://***@[::1]:5432/db'],
    ['mongodb+srv://u:p@ss@cluster.test/db?retryWrites=true', 'mongodb+srv://***@cluster.test/db?retryWrites=true'],
    ['mongodb://u:p/w@h1:27017,h2:27017,h3/db?replicaSet=rs', 'mongodb://***@h1:27017,h2:27017,h3/db?replicaSet=rs'],
    ['mongodb://u@h1:27017,h2:27017/db', 'mongodb://***@h1:27017,h2:27017/db'],
    ['first a://u:p@x/1, then b://u:q@y/2.', 'first a://***@x/1, then b://***@y/2.'],
    ['a://u:p@x/1,b://u:q@y/2;c://u:r@z', 'a://***@x/1,b://***@y/2;c://***@z'],
    ['{"url":"postgres://u:p@host/db","mail":"a@b.test"}', '{"url":"postgres://***@host/db","mail":"a@b.test"}'],
    ['{"m":"at postgres://u:p@host/db","mail":"a@b.test"}', '{"m":"at postgres://***@host/db","mail":"a@b.test"}'],
    ['{"m":"say \\"postgres://u:p@host\\", a@b.test"}', '{"m":"say \\"postgres://***@host\\", a@b.test"}'],
    ["'postgres://u:p@host/db' is down (a@b.test)", "'postgres://***@host/db' is down (a@b.test)"],
  ])('%s: the user and the password of a URL', (text, cleaned) => {
    expect(withoutSecrets(text)).toBe(cleaned)
  })

  test.each([
    ['postgres://h:5432/db?user=u&password=p@s/s&ssl=true', 'postgres://h:5432/db?user=u&password=***&ssl=true'],
    ['postgres://u:p@h/db?sslpassword=x@y', 'postgres://***@h/db?sslpassword=***'],
    ['postgres://h/db?password=p%20q is down', 'postgres://h/db?password=*** is down'],
    ['at "postgres://h/db?PASSWORD=pq", and on', 'at "postgres://h/db?PASSWORD=***", and on'],
    ['mongodb://h/?tlsCertificateKeyFilePassword=pq&tls=true', 'mongodb://h/?tlsCertificateKeyFilePassword=***&tls=true'],
    [
      'mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:a/b@c,X:y&authSource=$external',
      'mongodb://h/?authMechanismProperties=***&authSource=$external',
    ],
    ['mongodb://h/?authMechanismProperties=SERVICE_NAME:x', 'mongodb://h/?authMechanismProperties=***'],
  ])('%s: the parameters of a URL', (text, cleaned) => {
    expect(withoutSecrets(text)).toBe(cleaned)
  })

  test.each([
    ['host=db.test password=pq user=u', 'host=db.test password=*** user=u'],
    ["host=db.test password='it\\'s a \\\\ secret' user=u", 'host=db.test password=*** user=u'],
    ['host=db.test password = pq dbname=d is down', 'host=db.test password = *** dbname=d is down'],
    ['"host=db.test password=p\\"q", and on', '"host=db.test password=***", and on'],
    ['{"m":"host=h password=pq","n":"x"}', '{"m":"host=h password=***","n":"x"}'],
    ['PGPASSWORD=pq psql', 'PGPASSWORD=*** psql'],
    ['sslpassword=a@b/c host=h', 'sslpassword=*** host=h'],
  ])('%s: the password of a list of settings', (text, cleaned) => {
    expect(withoutSecrets(text)).toBe(cleaned)
  })

  test.each([
    'ask a@b.test: http://localhost:3000/x is down',
    '{"url":"http://localhost:3000","mail":"a@b.test"}',
    'see https://www.npmjs.com/package/@electric-sql/pglite',
    'mongodb://localhost:27017,other:27017/?replicaSet=rs is down, says ops@corp.test',
    'the password of u was refused; the password is needed',
    'postgres://host/db',
    '',
  ])('%j stays as it is', (text) => {
    expect(withoutSecrets(text)).toBe(text)
  })
})

describe('whatever the password is', () => {
  const printable = fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 30 }).filter((password) => !/\s/.test(password))
  // A quote before punctuation ends the word that it quotes, and digits before such a quote, a "?" or a "#" are a port.
  // A password that looks like one of these has to be percent-encoded, as every password in a URL should be.
  const unlikeEndings = printable.filter((password) => !/["'`]([,;:.)\]}>\\]|$)|^\d{1,5}["'`?#/,]/.test(password))
  const plain = printable.filter((password) => !/["'`\\]/.test(password))
  /** No four characters of it in a row are left, unless they stand in the text without it, too. */
  const requireGone = (text: (password: string) => string, password: string) => {
    const cleaned = withoutSecrets(text(password))
    const innocent = withoutSecrets(text('x'))
    for (let at = 0; at + 4 <= password.length; at++) {
      const piece = password.slice(at, at + 4)
      if (!innocent.includes(piece)) expect(cleaned).not.toContain(piece)
    }
    expect(cleaned.startsWith('cannot reach ')).toBe(true)
    expect(cleaned).toMatch(/ since noon, ask ops@corp\.test$/)
    expect(withoutSecrets(cleaned)).toBe(cleaned)
  }

  test('it is gone from the URL of a sentence', () => {
    const hosts = fc.constantFrom('host/db', 'host:5432/db?ssl=true', 'h1:27017,h2:27017/?replicaSet=rs', '[::1]:5432')
    const quotes = fc.constantFrom('', '"', "'", '`')
    fc.assert(
      fc.property(plain, hosts, quotes, (password, host, quote) => {
        requireGone((given) => `cannot reach ${quote}postgres://app:${given}@${host}${quote} since noon, ask ops@corp.test`, password)
      }),
      { numRuns: 2_000 },
    )
  })

  test('it is gone from a URL with quotes in it, and when it is percent-encoded', () => {
    fc.assert(
      fc.property(unlikeEndings, (password) => {
        requireGone(
          (given) => `cannot reach mongodb+srv://app:${given}@host/db since noon, ask ops@corp.test`,
          encodeURIComponent(password),
        )
        const cleaned = withoutSecrets(`cannot reach mongodb+srv://app:${password}@host/db since noon`)
        expect(cleaned.replace('cannot reach mongodb+srv://***@host/db since noon', '')).not.toContain(password)
      }),
      { numRuns: 2_000 },
    )
  })

  test('it is gone from a parameter of a URL and from a list of settings', () => {
    const parameters = fc.constantFrom('?password=', '?user=u&password=', '?sslpassword=', ' password=', ' dbname=x password = ')
    fc.assert(
      fc.property(
        plain.filter((password) => !/&[\w.]+=/.test(password)),
        parameters,
        (password, parameter) => {
          requireGone((given) => `cannot reach postgres://host:5432/db${parameter}${given} since noon, ask ops@corp.test`, password)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('it is gone from a quoted setting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 4 }), (password) => {
        const quoted = `'${password.replace(/[\\']/g, '\\$&')}'`
        const sentence = (value: string) => `cannot reach host=h password=${value} user=u since noon`
        expect(withoutSecrets(sentence(quoted))).toBe(sentence('***'))
      }),
      { numRuns: 2_000 },
    )
  })
})
