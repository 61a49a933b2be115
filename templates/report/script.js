'use strict';
// Draws the rows of the table that are in view, sorts and filters them, and switches the theme.
// Text gets into the page as text only; nothing is loaded, sent or stored.
(() => {
  const element = (id) => document.getElementById(id);
  const data = JSON.parse(element('data').textContent);
  // Places in a row; behind them, the columns of the joined table.
  const ID = 0, FIRST = 1, LENGTH = 2, IS_ESTIMATED = 3, DIRECTION = 4, REPORTS = 5, LOSS = 6,
    BUFFER = 8, TRIP = 9, MOS = 10, BEYOND = 12, HOLDS = 13, FLAGS = 14, WHY = 15, JOINED = 16;
  const NONE = '–';
  const rows = data.rows;

  const thousands = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
  const percent = (value) => {
    if (value > 0 && value < 0.1) return `${value.toFixed(3)}%`;
    return value >= 99.995 ? '100%' : `${value.toFixed(2)}%`;
  };
  const two = (number) => String(number).padStart(2, '0');
  const duration = (milliseconds) => {
    if (milliseconds >= 1 && milliseconds < 1000) return `${milliseconds}ms`;
    const seconds = Math.floor(Math.max(milliseconds, 0) / 1000);
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    if (hours > 0) return `${hours}h${two(minutes)}m`;
    return minutes > 0 ? `${minutes}m${two(seconds % 60)}s` : `${seconds}s`;
  };
  const length = (row) => {
    if (row[LENGTH] === null) return NONE;
    const text = duration(row[LENGTH]);
    if (row[IS_ESTIMATED] === 0) return text;
    return `~${row[LENGTH] >= 600000 ? text.replace(/m.*$/, 'm') : text}`;
  };
  const shortened = (id) => Array.from(id).slice(0, data.short).join('');
  const text = (row, column) => data.texts[row[column]];
  const worst = (row) => {
    const found = [row[MOS], row[MOS + 1]].filter((mos) => mos !== null);
    return found.length === 0 ? null : Math.min(...found);
  };
  const poorBelow = data.bands[2];
  const band = (mos) => {
    const at = data.bands.findIndex((least) => mos >= least);
    return `n m${at < 0 ? data.bands.length : at}`;
  };

  // What a cell says, and its class.
  const cell = (row, column) => {
    const value = row[column];
    if (column === FIRST) return typeof value === 'number' ? [`line ${thousands(value)}`, 'faint'] : [value, ''];
    if (column === LENGTH) return [length(row), 'n'];
    if (column === DIRECTION) return [[NONE, 'in', 'out'][value], ''];
    if (column >= JOINED || column === WHY) return [text(row, column), ''];
    if (value === null) return [NONE, 'n'];
    const bit = column - LOSS;
    const tone = column >= LOSS && column < MOS && row[BEYOND] >> bit & 1 ? 'n bad' : 'n';
    if (column === LOSS || column === LOSS + 1) return [percent(value), tone];
    if (column === BUFFER || column === TRIP) return [String(Math.round(value)), tone];
    if (column === MOS || column === MOS + 1) return [value.toFixed(2), band(value)];
    return [thousands(value), 'n'];
  };

  const heads = Array.from(document.querySelectorAll('#table thead th'));
  const columns = heads.map((head) => Number(head.dataset.column));
  const scroller = element('scroller'), body = element('rows'), table = element('table');
  const order = rows.map((_, index) => index);
  let shown = order;
  let sorting = { column: -1, isDescending: false };
  let drawn = { first: -1, end: -1 };
  let active = -1;
  let height = 30;

  const rowElement = (index, place) => {
    const row = rows[index];
    const line = document.createElement('tr');
    line.tabIndex = -1;
    line.dataset.place = place;
    line.setAttribute('aria-rowindex', place + 2);
    if (place % 2 === 1) line.className = 'even';
    const head = document.createElement('th');
    head.scope = 'row';
    const isTold = index < data.told;
    const name = document.createElement(isTold ? 'a' : 'span');
    if (isTold) name.href = `#call-${index + 1}`;
    name.title = row[ID];
    name.textContent = shortened(row[ID]);
    head.append(name);
    line.append(head);
    for (const column of columns.slice(1)) {
      const [said, tone] = cell(row, column);
      const data = document.createElement('td');
      if (tone) data.className = tone;
      data.textContent = said;
      line.append(data);
    }
    return line;
  };
  const spacer = (rowCount) => {
    const line = document.createElement('tr');
    line.className = 'spacer';
    line.setAttribute('aria-hidden', 'true');
    const data = document.createElement('td');
    data.colSpan = columns.length;
    data.style.height = `${rowCount * height}px`;
    line.append(data);
    return line;
  };

  const AROUND = 12;
  const draw = (first, end) => {
    if (first === drawn.first && end === drawn.end) return;
    const hadFocus = body.contains(document.activeElement);
    drawn = { first, end };
    const lines = [];
    if (first > 0) lines.push(spacer(first));
    for (let place = first; place < end; place += 1) lines.push(rowElement(shown[place], place));
    if (end < shown.length) lines.push(spacer(shown.length - end));
    body.replaceChildren(...lines);
    if (hadFocus) (line(active) ?? scroller).focus({ preventScroll: true });
  };
  const line = (place) => body.querySelector(`tr[data-place="${place}"]`);
  let isPrinting = false;
  const drawInView = () => {
    if (isPrinting) return;
    const top = Math.floor(scroller.scrollTop / height);
    const count = Math.ceil(scroller.clientHeight / height);
    draw(Math.max(0, top - AROUND), Math.min(shown.length, top + count + AROUND));
  };
  const drawAgain = () => { drawn = { first: -1, end: -1 }; drawInView(); };

  let isAsked = false;
  scroller.addEventListener('scroll', () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => { isAsked = false; drawInView(); });
  }, { passive: true });
  addEventListener('resize', drawInView);

  // Sorting. What is missing comes last, whichever way.
  const value = (row, column) => {
    if (column === ID) return row[ID];
    if (column >= JOINED || column === WHY) return text(row, column) || null;
    if (column === DIRECTION) return row[column] || null;
    return row[column];
  };
  const compare = (left, right) => {
    if (typeof left !== typeof right) return typeof left === 'string' ? -1 : 1;
    if (left === right) return 0;
    return left < right ? -1 : 1;
  };
  const sort = (column) => {
    // Figures begin with the worst: most but MOS with the greatest.
    const isText = column === ID || column === FIRST || column === WHY || column >= JOINED;
    const begins = !isText && column !== MOS && column !== MOS + 1;
    const isDescending = sorting.column === column ? !sorting.isDescending : begins;
    sorting = { column, isDescending };
    const keys = rows.map((row) => value(row, column));
    order.sort((one, other) => {
      const left = keys[one], right = keys[other];
      if (left === null || right === null) return left === right ? one - other : left === null ? 1 : -1;
      return (isDescending ? compare(right, left) : compare(left, right)) || one - other;
    });
    for (const head of heads) {
      const isSorted = Number(head.dataset.column) === column;
      if (isSorted) head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
    select();
  };
  for (const head of heads) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    button.addEventListener('click', () => sort(Number(head.dataset.column)));
    head.replaceChildren(button);
  }

  // Filters.
  let haystacks = null;
  const haystack = (index) => {
    haystacks ??= rows.map((row) => {
      const joined = row.slice(JOINED).map((place) => data.texts[place]);
      return [row[ID], cell(row, FIRST)[0], cell(row, DIRECTION)[0], text(row, WHY), ...joined].join('\n').toLowerCase();
    });
    return haystacks[index];
  };
  const isOfQuality = {
    '': () => true,
    poor: (row) => worst(row) !== null && worst(row) < poorBelow,
    beyond: (row) => row[BEYOND] !== 0,
    none: (row) => worst(row) === null,
  };
  const select = () => {
    const words = element('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
    const isWanted = isOfQuality[element('quality').value];
    const isMet = (index) => isWanted(rows[index]) && words.every((word) => haystack(index).includes(word));
    shown = order.filter(isMet);
    const all = thousands(rows.length);
    element('shown').textContent = shown.length === rows.length ? `${all} calls` : `${thousands(shown.length)} of ${all} calls`;
    table.setAttribute('aria-rowcount', shown.length + 1);
    active = -1;
    scroller.scrollTop = 0;
    drawAgain();
  };
  element('filter').addEventListener('input', select);
  element('quality').addEventListener('change', select);

  // Keys: arrows go from row to row, Enter opens the call.
  const goTo = (place) => {
    if (shown.length === 0) return;
    active = Math.min(Math.max(place, 0), shown.length - 1);
    const head = table.tHead.offsetHeight;
    const top = active * height, bottom = top + height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom > scroller.scrollTop + scroller.clientHeight - head) {
      scroller.scrollTop = bottom - scroller.clientHeight + head;
    }
    drawInView();
    line(active)?.focus({ preventScroll: true });
  };
  scroller.addEventListener('keydown', (event) => {
    if (event.target.closest('thead') || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / height) - 2);
    const places = {
      ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page,
      Home: 0, End: shown.length - 1,
    };
    if (event.key in places) {
      event.preventDefault();
      goTo(places[event.key]);
    } else if (event.key === 'Enter' && event.target.tagName !== 'A') {
      line(active)?.querySelector('a')?.click();
    }
  });
  body.addEventListener('focusin', (event) => {
    const place = event.target.closest('tr')?.dataset.place;
    if (place !== undefined) active = Number(place);
  });

  // A link to a call opens it.
  const open = () => {
    const call = /^#call-\d+$/.test(location.hash) && document.querySelector(location.hash);
    if (!call) return;
    call.open = true;
    call.scrollIntoView();
    call.querySelector('summary').focus({ preventScroll: true });
  };
  addEventListener('hashchange', open);
  const all = element('open-all');
  if (all) {
    all.hidden = false;
    all.addEventListener('click', () => {
      const isOpening = all.textContent === 'Open all';
      for (const call of document.querySelectorAll('details.call')) call.open = isOpening;
      all.textContent = isOpening ? 'Close all' : 'Open all';
    });
  }

  // The theme: as the system has it, or the one that was chosen.
  const themes = ['system', 'light', 'dark'];
  const theme = element('theme');
  theme.hidden = false;
  theme.addEventListener('click', () => {
    const next = themes[(themes.indexOf(document.documentElement.dataset.theme ?? 'system') + 1) % themes.length];
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    theme.textContent = `Theme: ${next}`;
  });

  // On paper: the first rows, without gaps for those that are not in view.
  const MOST_PRINTED = 200;
  addEventListener('beforeprint', () => {
    isPrinting = true;
    const count = Math.min(shown.length, MOST_PRINTED);
    body.replaceChildren(...shown.slice(0, count).map(rowElement));
    if (count < shown.length) element('shown').textContent = `The first ${count} of ${thousands(shown.length)} calls`;
  });
  addEventListener('afterprint', () => { isPrinting = false; select(); });

  element('filters').hidden = false;
  element('without-script')?.remove();
  const note = element('calls-note');
  if (!note.textContent.includes('more calls')) note.remove();
  select();
  const measured = body.querySelector('tr:not(.spacer)')?.getBoundingClientRect().height;
  if (measured) height = measured;
  drawAgain();
  open();
})();
