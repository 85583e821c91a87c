/** In `tune watch`: takes the page anew whenever the server says that there is news, and leaves the reader where he is. */
(() => {
  let isBusy = false;
  let isStale = false;

  const renew = async () => {
    const answer = await fetch('/');
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const open = [...document.querySelectorAll('details[open]')].map(({ id }) => id);
    const { scrollX, scrollY } = window;
    document.title = next.title;
    for (const part of ['nav', 'main']) document.querySelector(part).replaceWith(next.querySelector(part));
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    document.dispatchEvent(new Event('renewed'));
    scrollTo(scrollX, scrollY);
  };

  new EventSource('/events').addEventListener('message', async () => {
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    while (isStale) {
      isStale = false;
      // The server may be gone for a moment; the next message finds it again.
      await renew().catch(() => undefined);
    }
    isBusy = false;
  });
})();
