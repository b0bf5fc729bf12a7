/** What the work gives, or null when it takes longer. The work goes on then, and `late` hears of it if it fails. */
export async function withinBudget<T>(work: Promise<T>, budgetMs: number | undefined, late: (error: unknown) => void): Promise<T | null> {
  if (budgetMs === undefined) return work
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      isOver = true
      resolve(null)
    }, budgetMs)
  })
  work.catch((error: unknown) => {
    if (isOver) late(error)
  })
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
  }
}
