/** What a script adds to a report: sorting, filtering, pointing, brushing and a download. All it needs is in the page. */
(() => {
  const trialTable = () => document.querySelector('table.trials');
  /** Rows of the table, by trial. */
  let rows = new Map();
  const drawingOf = element => element.closest('svg.chart');

  /** By drawing and axis: the stretch that a trial's line must cross. */
  let brushes = [];

  // Sorting: titles of columns become buttons.
  const addSorting = () => {
    for (const title of document.querySelectorAll('table.trials thead th')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...title.childNodes);
      title.append(button);
    }
  };

  const orderOf = cell => {
    const text = cell.dataset.order ?? cell.textContent;
    const number = Number(text);
    return text === '' || text === '–' ? undefined : Number.isNaN(number) && text !== 'NaN' ? text : number;
  };

  const compare = (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b;
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === 'number' ? -1 : 1;
  };

  const sortBy = title => {
    const isDown = title.getAttribute('aria-sort') === 'ascending';
    const column = title.cellIndex;
    const body = title.closest('table').tBodies[0];
    const ordered = [...body.rows].map(row => ({ row, order: orderOf(row.cells[column]) }));
    // Empty cells stay at the end, whichever way it goes.
    const empty = ordered.filter(({ order }) => order === undefined);
    const filled = ordered.filter(({ order }) => order !== undefined);
    filled.sort((a, b) => (isDown ? compare(b.order, a.order) : compare(a.order, b.order)));
    body.append(...[...filled, ...empty].map(({ row }) => row));
    for (const other of title.parentElement.cells) other.removeAttribute('aria-sort');
    title.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
  };

  // Filtering: by state, and by what is brushed.
  /** Lines of the parallel coordinates: "M72 109 156 127 ...", a point for each axis. */
  const lines = 'svg.chart:has(.axis) path[data-trial]';
  const pointsOf = line => [...line.getAttribute('d').matchAll(/([-\d.]+) ([-\d.]+)/g)].map(([, x, y]) => [+x, +y]);

  const isBrushed = line => {
    const points = pointsOf(line);
    return brushes.every(({ axis, from, to }) => points[axis][1] >= from && points[axis][1] <= to);
  };

  const show = () => {
    const form = document.querySelector('form.controls');
    if (!form) return;
    const states = new Set([...form.querySelectorAll('[name=state]:checked')].map(({ value }) => value));
    const brushed = new Set(
      [...document.querySelectorAll(lines)].filter(isBrushed).map(({ dataset }) => dataset.trial),
    );
    const isIn = trial => brushes.length === 0 || brushed.has(trial);
    for (const mark of document.querySelectorAll('svg.chart [data-trial]'))
      mark.classList.toggle('dim', !isIn(mark.dataset.trial));
    for (const row of rows.values()) row.hidden = !states.has(row.dataset.state) || !isIn(row.dataset.trial);
    const shown = [...rows.values()].filter(({ hidden }) => !hidden).length;
    form.querySelector('output').textContent = shown === rows.size ? '' : `${shown} of ${rows.size} trials`;
  };

  const download = () => {
    const { csv, name } = JSON.parse(document.getElementById('trial-data').textContent);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  // Pointing: a trial is marked wherever it is drawn, and its row is read out in a tip.
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.append(tip);
  let pointed;

  const textOf = row => {
    const titles = row.closest('table').tHead.rows[0].cells;
    const facts = [...row.cells].map((cell, column) => [titles[column].textContent, cell.textContent]);
    return facts.filter(([, text]) => text !== '' && text !== '–').map(([title, text]) => `${title} ${text}`);
  };

  const point = trial => {
    if (trial === pointed) return;
    for (const marked of document.querySelectorAll('.pointed')) marked.classList.remove('pointed');
    pointed = trial;
    const row = rows.get(trial);
    tip.hidden = !row;
    if (trial === undefined) return;
    for (const mark of document.querySelectorAll(`[data-trial="${CSS.escape(trial)}"]`)) mark.classList.add('pointed');
    if (!row) return;
    tip.replaceChildren(
      ...textOf(row).map(text => {
        const line = document.createElement('div');
        line.textContent = text;
        return line;
      }),
    );
  };

  const place = ({ clientX, clientY }) => {
    const { offsetWidth, offsetHeight } = tip;
    const x = clientX + 16 + offsetWidth > innerWidth ? clientX - 16 - offsetWidth : clientX + 16;
    const y = Math.min(clientY + 16, innerHeight - offsetHeight - 8);
    tip.style.left = `${Math.max(4, x)}px`;
    tip.style.top = `${Math.max(4, y)}px`;
  };

  // Brushing: a drag along an axis of the parallel coordinates.
  let drag;

  const pointIn = (svg, event) =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  const axisAt = (svg, x) => {
    const line = svg.querySelector(lines);
    if (!line) return -1;
    const distances = pointsOf(line).map(([at]) => Math.abs(at - x));
    const nearest = Math.min(...distances);
    return nearest < 18 ? distances.indexOf(nearest) : -1;
  };

  const drawBrushes = svg => {
    for (const old of svg.querySelectorAll('rect.brush')) old.remove();
    const line = svg.querySelector(lines);
    for (const { axis, from, to } of brushes) {
      const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      const [x] = pointsOf(line)[axis];
      for (const [name, value] of Object.entries({ class: 'brush', x: x - 9, y: from, width: 18, height: to - from }))
        rect.setAttribute(name, value);
      svg.append(rect);
    }
  };

  document.addEventListener('pointerdown', event => {
    const svg = drawingOf(event.target);
    if (!svg || event.button !== 0) return;
    const { x, y } = pointIn(svg, event);
    const axis = axisAt(svg, x);
    if (axis < 0) return;
    event.preventDefault();
    drag = { svg, axis, y };
    // A press alone takes the brush away.
    brushes = brushes.filter(brush => brush.axis !== axis);
    drawBrushes(svg);
    show();
  });

  document.addEventListener('pointermove', event => {
    if (drag) {
      const { svg, axis, y } = drag;
      const now = pointIn(svg, event).y;
      const others = brushes.filter(brush => brush.axis !== axis);
      brushes = Math.abs(now - y) < 3 ? others : [...others, { axis, from: Math.min(y, now), to: Math.max(y, now) }];
      drawBrushes(svg);
      show();
      return;
    }
    const mark = event.target.closest?.('[data-trial]');
    point(mark && (drawingOf(mark) || mark.closest('table.trials')) ? mark.dataset.trial : undefined);
    if (mark && !drawingOf(mark)) tip.hidden = true;
    if (!tip.hidden) place(event);
  });

  document.addEventListener('pointerup', () => (drag = undefined));
  document.addEventListener('pointercancel', () => (drag = undefined));

  document.addEventListener('click', ({ target }) => {
    const button = target.closest('button');
    if (button?.name === 'csv') download();
    else if (button?.closest('table.trials')) sortBy(button.closest('th'));
  });
  document.addEventListener('change', ({ target }) => target.name === 'state' && show());
  document.addEventListener('reset', () => {
    brushes = [];
    for (const brush of document.querySelectorAll('rect.brush')) brush.remove();
    // The boxes are set once this is over.
    setTimeout(show);
  });

  // Marks that say in a title which trial they are need it no longer.
  const nameMarks = () => {
    for (const title of document.querySelectorAll('svg.chart * > title')) {
      const [, trial] = /^trial (\d+)\b/.exec(title.textContent) ?? [];
      if (trial === undefined || !rows.has(trial)) continue;
      title.parentElement.dataset.trial = trial;
      title.remove();
    }
  };

  const begin = () => {
    rows = new Map([...(trialTable()?.tBodies[0].rows ?? [])].map(row => [row.dataset.trial, row]));
    addSorting();
    nameMarks();
    brushes = [];
    for (const form of document.querySelectorAll('form.controls')) form.hidden = false;
    for (const line of document.querySelectorAll(lines)) drawingOf(line).classList.add('brushable');
    show();
  };
  begin();
  document.addEventListener('renewed', begin);
})();
