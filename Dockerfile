# The program, and nothing that builds or tests it. One image is web, worker and migrate: the command decides.

FROM python:3.13-slim AS build
WORKDIR /source
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/landbooking
# The dependencies first: they change more seldom than the source, and their layer is kept until they do.
COPY constraints.txt ./
RUN pip --python /opt/landbooking/bin/python install --only-binary :all: -r constraints.txt
COPY pyproject.toml README.md ./
COPY src src
COPY templates templates
COPY migrations migrations
RUN pip wheel --no-deps --wheel-dir /wheels . \
 && pip --python /opt/landbooking/bin/python install --only-binary :all: -c constraints.txt /wheels/landbooking-*.whl

FROM python:3.13-slim
COPY --from=build /opt/landbooking /opt/landbooking
ENV PATH=/opt/landbooking/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# A number, so that Kubernetes can see that it isn't root; it owns no file of the image.
USER 10001:10001
WORKDIR /
EXPOSE 8000
# Whether the web server answers. The worker has no port; compose.yaml switches this off for it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["landbooking"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
