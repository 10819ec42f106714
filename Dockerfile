FROM python:3.12-slim AS built
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/tablebanking
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements/prod.txt requirements/prod.txt
RUN pip install --require-hashes -r requirements/prod.txt
COPY . .
RUN python bin/catalogue.py compile \
    && SECRET_KEY=build JWT_SECRET_KEY=build DIGEST_KEY=build ENCRYPTION_KEYS=k0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DJANGO_SETTINGS_MODULE=tablebanking.settings.prod python manage.py collectstatic --noinput --clear

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=tablebanking.settings.prod
# What PDFs are drawn with, and the letters.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home tablebanking \
    && mkdir /srv/documents && chown tablebanking /srv/documents
WORKDIR /srv/tablebanking
COPY --from=built /opt/venv /opt/venv
COPY --from=built /srv/tablebanking /srv/tablebanking
USER tablebanking
EXPOSE 8000
CMD ["gunicorn", "tablebanking.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--access-logfile=-", "--access-logformat=%(h)s %(t)s %(m)s %(U)s %(s)s %(B)s %(D)s"]
