// Counts down to the end of a hold and then asks the server how things stand. The page says the end without this.
const place = document.querySelector('[data-left-ms]')
if (place) {
  const end = Date.now() + Number(place.dataset.leftMs)
  const lang = document.documentElement.lang
  const minutes = new Intl.NumberFormat(lang)
  const seconds = new Intl.NumberFormat(lang, { minimumIntegerDigits: 2 })
  const show = () => {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (left <= 0) {
      clearInterval(timer)
      location.replace(place.dataset.href)
      return
    }
    place.lastElementChild.textContent = `${minutes.format(Math.floor(left / 60))}:${seconds.format(left % 60)}`
    place.hidden = false
  }
  const timer = setInterval(show, 1000)
  show()
  // A page that comes back from the browser's memory is as old as when it left.
  addEventListener('pageshow', (event) => event.persisted && location.replace(place.dataset.href))
}
