// Keeps the sum of a quote in step with what stands ticked. The page after the answer says it without this.
const output = document.querySelector('output[data-total]')
const form = output?.closest('form')
const { currency, digits, limit } = output?.dataset ?? {}
const amounts = new Intl.NumberFormat(document.documentElement.lang, {
  style: 'currency',
  currency: currency ?? 'EUR',
  minimumFractionDigits: Number(digits ?? 2),
  maximumFractionDigits: Number(digits ?? 2),
  trailingZeroDisplay: 'stripIfInteger',
})

function show() {
  const ticked = [...form.querySelectorAll('[data-line]:checked')]
  const chosen = new Set(ticked.map((box) => box.dataset.line))
  const along = [...form.querySelectorAll('[data-of]')].filter(({ dataset }) =>
    dataset.of === 'all' ? chosen.size > 0 : chosen.has(dataset.of),
  )
  const total = [...ticked, ...along].reduce((sum, { dataset }) => sum + Number(dataset.amount), 0)
  output.firstElementChild.textContent = amounts.format(total / 10 ** Number(digits))
  form.classList.toggle('ask-over', limit !== undefined && total > Number(limit))
}

if (form) {
  form.addEventListener('change', show)
  // A page that comes back from the browser's memory keeps its ticks.
  addEventListener('pageshow', show)
}
