// Definitions behind "?", sortable tables, rows that can be chosen, chart sizes. Events are delegated,
// because Shiny replaces the content of pages.
(() => {
  'use strict';
  let open = null;

  const close = () => {
    if (open) {
      open.popover.dispose();
      open = null;
    }
  };

  const showMeaning = (button) => {
    const isSame = open && open.button === button;
    close();
    if (isSame) {
      return;
    }
    const popover = new bootstrap.Popover(button, {
      content: button.dataset.meaning,
      html: true,
      trigger: 'manual',
      placement: 'auto',
      container: 'body',
      title: '',
    });
    popover.show();
    open = { button, popover };
  };

  // Sorts numbers by value, missing ones last, and text by the order of the language.
  const sort = (button) => {
    const heading = button.closest('th');
    const place = [...heading.parentNode.children].indexOf(heading);
    const isNumber = heading.classList.contains('number');
    const first = isNumber ? 'descending' : 'ascending';
    const order =
      heading.getAttribute('aria-sort') === first ? (isNumber ? 'ascending' : 'descending') : first;
    const sign = order === 'ascending' ? 1 : -1;
    const body = heading.closest('table').tBodies[0];
    const value = (row) => row.children[place].dataset.sort;
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (isNumber) {
        if (x === '' || y === '') {
          return (x === '') - (y === '');
        }
        return sign * (Number(x) - Number(y));
      }
      return sign * x.localeCompare(y);
    };
    body.append(...[...body.rows].sort(compare));
    for (const other of heading.parentNode.children) {
      other.removeAttribute('aria-sort');
    }
    heading.setAttribute('aria-sort', order);
  };

  // Priority "event": a second click on the same row counts too.
  const choose = (row) =>
    Shiny.setInputValue(row.dataset.input, row.dataset.value, { priority: 'event' });

  // The filters form a form for screen readers; Enter in it sends nothing.
  document.addEventListener('submit', (event) => event.preventDefault());

  document.addEventListener('click', (event) => {
    const target = event.target.closest('.meaning, .sort, .choice');
    if (!target || !target.classList.contains('meaning')) {
      close();
    }
    if (!target) {
      return;
    }
    if (target.classList.contains('meaning')) {
      event.preventDefault();
      showMeaning(target);
    } else if (target.classList.contains('sort')) {
      sort(target);
    } else {
      choose(target);
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'Enter' && event.target.matches('tr.choice')) {
      choose(event.target);
    } else if (event.key === 'Enter' && event.target.id === 'sessions-text') {
      document.getElementById('sessions-find').click();
    }
  });
  // Closes a definition whose button was replaced.
  document.addEventListener('shiny:value', () => {
    if (open && !document.contains(open.button)) {
      close();
    }
  });
  // Resizes a chart that was drawn while it was hidden, or before its container had its size.
  const fit = (chart) => {
    const drawn = chart.querySelector('.main-svg');
    if (drawn && chart.clientWidth > 0 && Math.abs(drawn.clientWidth - chart.clientWidth) > 1) {
      Plotly.Plots.resize(chart);
    }
  };
  const places = new ResizeObserver((changes) => changes.forEach(({ target }) => fit(target)));
  window.clickstreamCharts = {
    rendered(chart) {
      places.observe(chart);
      chart.removeAllListeners('plotly_afterplot');
      chart.on('plotly_afterplot', () => fit(chart));
      fit(chart);
    },
  };
  class DayBinding extends Shiny.InputBinding {
    find(scope) {
      return $(scope).find('input.day-input');
    }

    getValue(element) {
      return element.value;
    }

    receiveMessage(element, message) {
      element.value = message.value;
      $(element).trigger('change');
    }

    subscribe(element, callback) {
      $(element).on('change.day', () => callback(false));
    }

    unsubscribe(element) {
      $(element).off('.day');
    }
  }
  Shiny.inputBindings.register(new DayBinding(), 'clickstream.day');

  $(document).on('shiny:connected', () => {
    Shiny.addCustomMessageHandler('warehouse', (kind) => {
      document.body.dataset.warehouse = kind;
    });
  });
})();
