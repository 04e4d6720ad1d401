# Static files are built first, in an image that stays behind.
FROM node:22-slim AS assets
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY static ./static
RUN npm run --silent assets

# Packages next: they change less often than the code. Nothing is installed that the file has no hash of.
FROM python:3.11-slim AS packages
RUN python -m venv /opt/portal
COPY requirements/portal.txt /tmp/portal.txt
RUN /opt/portal/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/portal.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home portal
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/portal/staticfiles
WORKDIR /portal
COPY --from=packages /opt/portal /opt/portal
COPY manage.py ./
COPY members ./members
COPY catalogue ./catalogue
COPY procurement ./procurement
COPY subscriptions ./subscriptions
COPY govtech_portal ./govtech_portal
COPY templates ./templates
COPY --from=assets /portal/static ./static
# The key only lets the settings load; nothing is signed while files are collected, and it is not kept.
RUN SECRET_KEY=only-while-building python manage.py collectstatic --no-input
USER portal
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "govtech_portal.wsgi:application"]
