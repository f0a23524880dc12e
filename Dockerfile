# The service `skillway serve`, for compose.yaml. It starts no database of its own: NEO4J_URI names the server.
FROM python:3.12-slim AS build
WORKDIR /src
RUN pip install --no-cache-dir uv
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY graph_schema graph_schema
COPY loaders loaders
COPY engine engine
COPY api api
RUN uv build --wheel --out-dir /dist
COPY requirements.lock ./
# The lock pins every version and hash; only what the service itself needs is installed.
RUN uv venv /opt/skillway && uv pip install --python /opt/skillway --constraint requirements.lock /dist/*.whl

FROM python:3.12-slim
RUN useradd --system --create-home --uid 10001 skillway
COPY --from=build /opt/skillway /opt/skillway
ENV PATH=/opt/skillway/bin:$PATH PYTHONUNBUFFERED=1 SKILLWAY_HOME=/home/skillway/data
USER skillway
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=5 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["skillway"]
CMD ["serve", "--host", "0.0.0.0"]
